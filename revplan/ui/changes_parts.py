"""What moved a figure, as a short story with its causes and deals."""

from collections.abc import Sequence

import streamlit as st

from revplan.access import Viewer
from revplan.rules.explain.diff import Moved
from revplan.service import diff
from revplan.service.diff import NamedDeal, Since
from revplan.ui.text import plain
from revplan.words import _, ngettext
from revplan.words.diff_story import deal_story, moved_story
from revplan.words.formats import number
from revplan.words.table_words import Terms

DEALS = 10
"""So many deals are told: those that moved most."""


def story(moved: Moved, terms: Terms, deals: Sequence[NamedDeal]) -> None:
    """Who is paid what in place of what, each cause with its effect, then the deals behind it."""
    head, *causes = moved_story(moved, terms)
    told = [f"- {plain(cause)}" for cause in causes]
    told += [f"    - {plain(deal_story(one.deal, one.name, terms))}" for one in deals[:DEALS]]
    if len(deals) > DEALS:
        rest = len(deals) - DEALS
        text = ngettext("{number} more deal", "{number} more deals", rest).format(number=number(rest))
        told.append(f"    - {plain(text)}")
    with st.container(border=True):
        st.markdown("\n".join([f"**{plain(head)}**", "", *told]))


def true_up_story(
    viewer: Viewer, plan_set: str, payee_id: str, plan_id: str, component_id: str, closed_period: str
) -> None:
    """What a closed period would pay now in place of what it paid, with the deals behind a true-up."""
    changes = diff.changes(viewer, plan_set, Since("closed"))
    wanted = (payee_id, plan_id, component_id, closed_period)
    for moved in changes.moved:
        if (moved.payee_id, moved.plan_id, moved.component_id, moved.period) == wanted:
            story(moved, changes.terms, diff.deals(viewer, plan_set, changes.since, moved))
            return
    st.caption(_("The closed period would pay this line as it did; an entry of the month is another."))
