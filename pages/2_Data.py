"""Data: upload the teams' files, look at what they hold, accept the good rows, roll back what was wrong."""

import streamlit as st

from revplan.service import data as service
from revplan.service import workspace
from revplan.ui import data_lists, data_page, navigation, own_measures
from revplan.ui.frame import PLANNERS, page
from revplan.ui.text import heading, opening, plain
from revplan.words import _

with page(_("Data"), PLANNERS) as viewer:
    counts = service.table_counts(viewer)
    opening(data_lists.opening(counts))
    if said := st.session_state.pop("data_said", ""):
        st.success(plain(said))

    batches = service.batches(viewer)
    uploads = data_page.pick_uploads()
    data_page.forget_rolled_back(uploads, batches)
    waiting = [(upload, data_page.look(viewer, upload)) for upload in uploads if not upload.accepted]
    acceptable = [pair for pair in waiting if pair[1].acceptable]
    if len(acceptable) > 1 and st.button(_("Accept all files"), type="primary", key="data_accept_all"):
        data_page.accept_all(viewer, waiting)
        st.rerun()
    for upload in uploads:
        if upload.accepted:
            data_page.show_accepted(viewer, upload.accepted)
    if any(upload.accepted for upload in uploads) and not waiting:
        navigation.link("Targets", _("Next: set a shared target"))
    for upload, preview in waiting:
        data_page.show_upload(viewer, upload, preview)

    heading(_("What is loaded"))
    data_lists.choose_as_of(viewer, workspace.current().book().company.as_of)
    data_lists.show_checks(service.checks(viewer))
    data_lists.show_counts(counts)
    with st.expander(_("Uploads so far")):
        data_lists.show_batches(viewer, batches)
    with st.expander(_("Measures of your own"), key="own_measures"):
        own_measures.section(viewer)
    if any(count.rows for count in counts) and (waiting or not uploads):
        navigation.link("Targets", _("Next: set a shared target"))
