"""The form of a pool: by what its members share it, and what becomes of what nobody takes."""

import streamlit as st

from revplan.service.plan_choices import Choices
from revplan.ui import plan_words
from revplan.ui.fields import number_field
from revplan.ui.plan_counted import edit_also_counted
from revplan.ui.plan_table import Document, choice
from revplan.words import _


def edit_pool(pays: Document, choices: Choices, key: str) -> Document:
    """Draw the form; returns the fields of the pool with what the widgets hold."""
    st.caption(_("The table gives the amount of the whole pool. Conditions say who has a part of it."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        made = choice(_("Members share"), pays, "by", "equal", plan_words.POOL_BY, f"{key}:by")
        made |= choice(_("What is not taken"), pays, "untaken", "lapse", plan_words.UNTAKEN, f"{key}:untaken")
        if made["untaken"] == "lapse":
            in_all = number_field(
                _("Claims in all"),
                pays.get("in_all"),
                f"{key}:in_all",
                placeholder=_("what the members have"),
                help=_("As many shares exist, held or not: each is worth the pool divided by this number."),
            )
            made |= {} if in_all is None else {"in_all": in_all}
    if made["by"] == "measure":
        made["claim"] = _claim(pays.get("claim") or {}, choices, f"{key}:claim")
    return made


def _claim(claim: Document, choices: Choices, key: str) -> Document:
    st.markdown(_("Each person's claim"))
    return edit_also_counted(claim, choices, key)
