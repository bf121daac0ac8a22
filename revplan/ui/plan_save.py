"""Saving a plan: in place while it has not paid, as a new version from a chosen day once it has."""

from datetime import date

import streamlit as st

from revplan.access import Viewer
from revplan.model.plan import Plan
from revplan.service import drafts, plans
from revplan.service.plans import PlanEntry
from revplan.store.records import Stale
from revplan.ui import flash, plan_session
from revplan.ui.plan_session import Work
from revplan.ui.targets_page import saved_by, when
from revplan.ui.text import plain
from revplan.words import _, formats

FLASH = "plans"
"""What was just done: said once, on the next draw."""


def draw(viewer: Viewer, entry: PlanEntry, work: Work, plan: Plan | None, *, blocked: bool) -> None:
    """The bar below the editor: what is not saved yet, from when it would hold, and the button."""
    with st.container(border=True):
        _notice(viewer, entry, work)
        opened = plan_session.opened(viewer, work, entry.plan.id)
        starts_on = _starts_on(viewer, opened, work, plan) if opened and opened.used and plan else None
        with st.container(horizontal=True, vertical_alignment="bottom"):
            note = st.text_input(_("Note (what changed, and why)"), key=f"{work.key}:note", max_chars=200)
            label = _("Save")
            if opened and opened.used:
                label = _("Save as version {number}").format(number=work.version + 1)
            clicked = st.button(
                label,
                type="primary",
                disabled=blocked or not work.changed or opened is None,
                key=f"{work.name}:save",
            )
        if work.changed and blocked:
            st.caption(_("It can be saved once the plan check has nothing that must be fixed."))
    if clicked and plan is not None and opened is not None:
        _save(viewer, work, plan, opened, starts_on, note)


def _notice(viewer: Viewer, entry: PlanEntry, work: Work) -> None:
    theirs = (entry.plan.version, entry.revision) != (work.version, work.revision)
    if work.changed and theirs:
        st.warning(_stale(entry.saved_by, when(entry.saved_at)))
    if work.changed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("Your changes are kept as a draft, and not saved yet."), width="content")
            label = _("Show theirs, drop mine") if theirs else _("Discard them")
            st.button(
                label,
                on_click=plan_session.discard,
                args=(viewer, work),
                type="tertiary",
                key=f"{work.name}:discard",
            )
            if theirs:
                st.button(
                    _("Keep mine, to save over theirs"),
                    on_click=plan_session.follow,
                    args=(viewer, work, entry),
                    key=f"{work.name}:follow",
                )
    else:
        text = _("Version {number}, saved by {who} at {when}.")
        st.caption(
            plain(
                text.format(
                    number=entry.plan.version, who=saved_by(entry.saved_by), when=when(entry.saved_at)
                )
            )
        )


def _starts_on(viewer: Viewer, opened: PlanEntry, work: Work, plan: Plan) -> date | None:
    """From when the next version holds: None is the plan's own start."""
    quarter = plans.next_period_start(viewer)
    words = {
        "start": _("From its start on {day}: every period is worked out anew").format(
            day=formats.day(plan.from_)
        ),
        "next": _("From {day}: what is past stays as it was paid").format(day=formats.day(quarter)),
        "date": _("From another day"),
    }
    text = _("Version {number} has paid for periods that are over, so it stays. Version {next} holds:")
    chosen = st.radio(
        plain(text.format(number=opened.plan.version, next=opened.plan.version + 1)),
        list(words),
        format_func=lambda code: words[code],
        key=f"{work.name}:starts",
    )
    if chosen == "next":
        return quarter
    if chosen == "date":
        day: date = st.date_input(
            _("In force from"), quarter, key=f"{work.name}:starts_on", format=formats.date_order()
        )
        return day
    return None


def _save(
    viewer: Viewer, work: Work, plan: Plan, opened: PlanEntry, starts_on: date | None, note: str
) -> None:
    try:
        saved = plans.save_plan(viewer, plan, opened, starts_on=starts_on, text=work.text, note=note)
    except Stale as stale:
        st.error(_stale(stale.saved_by, when(stale.saved_at) if stale.saved_at else ""))
        return
    if saved.entry is None:
        return  # the plan check beside the form says why
    drafts.drop_draft(viewer, work.draft_key)
    plan_session.discard(viewer, work)
    text = _("{name} is saved as version {number}, in force from {day}.")
    made = saved.entry.plan
    flash.say(FLASH, text.format(name=made.name, number=made.version, day=formats.day(made.from_)))
    st.rerun()


def refuse_stale() -> None:
    """Say that somebody saved in between, so that plans did not end."""
    flash.refuse(
        FLASH, _("Somebody else saved one of the plans meanwhile, so nothing was saved. Try it again.")
    )


def _stale(who: str, moment: str) -> str:
    if not who:
        return _("Somebody saved this plan while you were editing. Nothing of yours was lost.")
    text = _("{who} saved this plan at {when}, while you were editing. Nothing of yours was lost.")
    return plain(text.format(who=saved_by(who), when=moment))
