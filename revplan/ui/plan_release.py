"""The form of when a component's pay is released: with the line, by event, in instalments, or at risk."""

import streamlit as st

from revplan.ui import plan_words
from revplan.ui.fields import needed_number
from revplan.ui.plan_bands import edit_rows
from revplan.ui.plan_table import Document, choice
from revplan.words import _

INSTALMENTS = ({"months": 0, "share": "0.5"}, {"months": 12, "share": "0.5"})
"""What a schedule begins with."""


def edit_release(component: Document, key: str) -> Document:
    """Draw the form; returns the field `release` with what the widgets hold."""
    before: Document = component.get("release") or {}
    made = choice(_("Pay is released"), before, "way", "booked", plan_words.RELEASES, key)
    if made["way"] == "schedule":
        rows = list(before.get("schedule", INSTALMENTS))
        columns = {"months": _("Months after the line's own"), "share": _("Share (%)")}
        made["schedule"] = edit_rows(rows, columns, f"{key}:schedule", _("Instalments of a line"))
    if made["way"] in ("on_event", "at_risk"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            made |= choice(_("when the customer"), before, "event", "collected", plan_words.EVENTS, key)
            if made["way"] == "on_event":
                share = needed_number(
                    _("At booking (%)"), before.get("at_booking", "0"), f"{key}:at_booking", scale=100
                )
                made["at_booking"] = share or "0"
            else:
                made["months"] = st.number_input(
                    _("Taken back after so many months"),
                    value=int(before.get("months", 3)),
                    min_value=1,
                    step=1,
                    key=f"{key}:months",
                )
    return {"release": made}
