"""A plan set as a whole on the Plans page: call it by another name, copy it, retire it."""

import streamlit as st

from revplan.access import Viewer
from revplan.service import plan_sets, plans
from revplan.store.records import Stale
from revplan.ui import flash
from revplan.ui.frame import guard
from revplan.ui.plan_save import FLASH, refuse_stale
from revplan.words import _, formats, names, ngettext, sentences


def draw(viewer: Viewer, plan_set: str) -> None:
    """What can be done with the set in view."""
    with st.popover(_("This set"), key="this_set"):
        named = names.plan_set(plan_set)
        st.text_input(_("Name of the set"), named, key=f"rename_set_{named}", max_chars=60)
        st.caption(_("Only what people call it changes: figures, closed periods and links stay."))
        st.button(_("Rename the set"), on_click=_rename, args=(viewer, plan_set, f"rename_set_{named}"))
        st.divider()
        st.text_input(
            _("Name of a new set"),
            key="copy_set_name",
            max_chars=30,
            help=_("Letters, digits, dots, dashes and underscores."),
        )
        st.caption(_("A copy of the whole set lets you try changes and compare them with what holds today."))
        st.button(_("Copy the whole set"), on_click=_copy, args=(viewer, plan_set))
        st.divider()
        day = st.date_input(
            _("The whole set covers nobody from this day on"),
            plans.next_period_start(viewer),
            key="retire_set_on",
            format=formats.date_order(),
        )
        st.caption(_("What it paid before stays as it is. Changes that are not saved are not part of it."))
        st.button(_("Retire the whole set"), on_click=_retire, args=(viewer, plan_set), disabled=day is None)


def _rename(viewer: Viewer, plan_set: str, key: str) -> None:
    with guard():
        issues = plan_sets.rename_plan_set(viewer, plan_set, str(st.session_state[key]))
        if issues:
            flash.refuse(FLASH, sentences.sentence(issues[0]))
            return
        text = _("The set is called {name} now.")
        flash.say(FLASH, text.format(name=names.plan_set(plan_set)))


def _copy(viewer: Viewer, plan_set: str) -> None:
    with guard():
        name = str(st.session_state["copy_set_name"]).strip()
        try:
            made = plans.copy_plan_set(viewer, plan_set, name)
        except ValueError:
            flash.refuse(
                FLASH, _("A set needs a name of its own, of letters, digits, dots, dashes and underscores.")
            )
            return
        st.session_state["filter_plans"] = name
        text = ngettext(
            "{number} plan was copied into the set {name}.",
            "{number} plans were copied into the set {name}.",
            len(made),
        )
        flash.say(FLASH, text.format(number=len(made), name=name))


def _retire(viewer: Viewer, plan_set: str) -> None:
    with guard():
        day = st.session_state["retire_set_on"]
        try:
            ended, issues = plan_sets.retire_plan_set(viewer, plan_set, day)
        except Stale:
            refuse_stale()
            return
        if issues:
            flash.refuse(FLASH, "\n\n".join(map(sentences.sentence, issues)))
            return
        text = ngettext(
            "{number} plan of {name} ends on {day}: from then on it covers nobody.",
            "{number} plans of {name} end on {day}: from then on they cover nobody.",
            len(ended),
        )
        if not ended:
            text = _("Every plan of {name} has ended by {day}.")
        day_said, number = formats.day(day), formats.number(len(ended))
        flash.say(FLASH, text.format(number=number, name=names.plan_set(plan_set), day=day_said))
