"""The Plans page: which plan, what it says in one sentence, new plans and sets, and its versions."""

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue
from revplan.model.plan import Plan
from revplan.service import plan_choices, plan_templates, plans
from revplan.service.plans import PlanEntry
from revplan.store.records import Stale
from revplan.ui import filters, flash, plan_sets, plan_words
from revplan.ui.frame import guard
from revplan.ui.plan_save import FLASH, refuse_stale
from revplan.ui.plan_words import said
from revplan.ui.tables import Column, show_table
from revplan.ui.targets_page import saved_by, when
from revplan.words import _, formats, names, ngettext, sentences

SEEN = "plans_seen"
"""The plan that the URL named on the last draw: another one there is a link that was followed."""


def choose_set(viewer: Viewer, sets: tuple[str, ...]) -> str:
    """Which plan set; the one of the plan that a link names, when there is one."""
    asked = st.query_params.get("plan", "")
    if asked and asked != st.session_state.get(SEEN):
        entry = plans.find_plan(viewer, asked)
        if entry is not None:
            if st.query_params.get("plans") not in entry.plan.sets:
                st.query_params["plans"] = entry.plan.sets[0]
            st.session_state["filter_plan"] = asked
    return filters.plan_set_filter(sets)


def choose_plan(viewer: Viewer, plan_set: str) -> str:
    """Which plan of the set."""
    named = {entry.plan.id: entry.plan.name for entry in plans.list_plans(viewer, plan_set)}
    chosen = filters.choose("plan", _("Plan"), list(named), shown=lambda key: named.get(key, key))
    st.session_state[SEEN] = chosen
    return chosen


def opening(viewer: Viewer, plan: Plan) -> str:
    """The one plain sentence: whom the plan pays, how much at target, what part of it teams share."""
    reach = plans.reach(viewer, plan)
    company = plan_choices.choices(viewer)
    if not reach.people:
        return _("{plan} covers nobody yet.").format(plan=plan.name)
    text = ngettext(
        "{plan} pays {number} person in {teams}", "{plan} pays {number} people in {teams}", reach.people
    )
    first = text.format(plan=plan.name, number=reach.people, teams=formats.listed(reach.teams))
    if not reach.incentive:
        return first + "."
    money = formats.compact_money(reach.incentive, company.currency, company.digits)
    if not reach.shared:
        second = _("{money} a year at target, none of it on a result that teams share.")
    else:
        second = _("{money} a year at target, {share} of it on results that teams share.")
    return f"{first}: {second.format(money=money, share=formats.percent(reach.shared, 0))}"


# ---------------------------------------------------------------- new plans and sets


def draw_new(viewer: Viewer, plan_set: str, entry: PlanEntry | None, sets: tuple[str, ...]) -> None:
    """New plan, copy of this plan, copy of the whole set."""
    choices = plan_choices.choices(viewer)
    with st.popover(_("New plan"), key="new_plan"):
        name = st.text_input(_("Name of the plan"), key="new_plan_name", max_chars=120)
        team = st.selectbox(
            _("For the team"),
            list(choices.teams),
            format_func=lambda code: choices.teams[code],
            key="new_plan_team",
        )
        st.selectbox(
            _("To start with"),
            list(plan_templates.TEMPLATES),
            format_func=lambda code: said(plan_words.TEMPLATES, code),
            key="new_plan_template",
            help=_("One component, to be changed as you like; more can be added to it."),
        )
        st.button(
            _("Create the plan"),
            on_click=_new_plan,
            args=(viewer, plan_set or "shared"),
            disabled=not (name and team),
        )
    if entry is None:
        return
    with st.popover(_("Copy"), key="copy_plan"):
        st.text_input(
            _("Name of the copy"),
            _("{plan}, copy").format(plan=entry.plan.name),
            key="copy_plan_name",
            max_chars=120,
        )
        st.selectbox(
            _("Into the set"),
            list(sets),
            list(sets).index(plan_set),
            names.plan_set,
            key="copy_plan_set",
        )
        st.button(_("Copy this plan"), on_click=_copy_plan, args=(viewer, entry.plan.id))
    plan_sets.draw(viewer, plan_set)


def _new_plan(viewer: Viewer, plan_set: str) -> None:
    with guard():
        name = str(st.session_state["new_plan_name"]).strip()
        taken = plan_choices.taken_ids(viewer)
        plan = plan_templates.new_plan(
            viewer,
            name,
            plans.new_plan_id(name, taken),
            plan_set,
            st.session_state["new_plan_team"],
            st.session_state["new_plan_template"],
        )
        _open(plans.save_plan(viewer, plan, None).entry, plan)


def _copy_plan(viewer: Viewer, plan_id: str) -> None:
    with guard():
        name = str(st.session_state["copy_plan_name"]).strip()
        if not name:
            flash.refuse(FLASH, _("The copy needs a name."))
            return
        saved = plans.copy_plan(viewer, plan_id, name, st.session_state["copy_plan_set"])
        if saved.entry is None:
            flash.refuse(FLASH, _first(saved.issues))
            return
        _open(saved.entry, saved.entry.plan)


def _open(entry: PlanEntry | None, plan: Plan) -> None:
    if entry is None:
        flash.refuse(FLASH, _("The plan could not be saved as it stands. Look at the targets first."))
        return
    st.session_state["filter_plans"] = entry.plan.sets[0]
    st.session_state["filter_plan"] = entry.plan.id
    flash.say(FLASH, _("{plan} is there. Change what it says below.").format(plan=plan.name))


def _first(issues: tuple[Issue, ...]) -> str:
    return sentences.sentence(issues[0]) if issues else ""


# ---------------------------------------------------------------- versions


def draw_versions(viewer: Viewer, plan_id: str) -> None:
    """Every version of the plan: from when it holds, who saved it when, and whether it has paid."""
    versions = plans.plan_versions(viewer, plan_id)
    with st.expander(_("Versions ({number})").format(number=len(versions))):
        table = pa.table(
            {
                "version": pa.array([entry.plan.version for entry in versions], pa.int64()),
                "starts": pa.array([entry.plan.from_ for entry in versions], pa.date32()),
                "by": pa.array([saved_by(entry.saved_by) for entry in versions], pa.string()),
                "at": pa.array([when(entry.saved_at) for entry in versions], pa.string()),
                "paid": pa.array(
                    [_("has paid") if entry.used else _("not yet") for entry in versions], pa.string()
                ),
                "note": pa.array([entry.note for entry in versions], pa.string()),
            }
        )
        columns = [
            Column("version", _("Version"), "whole"),
            Column("starts", _("In force from"), "date"),
            Column("by", _("Saved by")),
            Column("at", _("Saved at")),
            Column("paid", _("Used")),
            Column("note", _("Note")),
        ]
        show_table(table, columns, f"versions_{plan_id}", alt=_("Versions of the plan"))
        with st.container(horizontal=True):
            _offer_end(viewer, versions[0])
            _offer_removal(viewer, versions[0])


def _offer_end(viewer: Viewer, newest: PlanEntry) -> None:
    """Retire the plan from a day on: what it paid before stays."""
    with st.popover(_("Retire this plan"), key="retire_plan"):
        day = st.date_input(
            _("It covers nobody from this day on"),
            plans.next_period_start(viewer),
            key="retire_plan_on",
            format=formats.date_order(),
        )
        st.caption(_("What it paid before stays as it is. Changes that are not saved are not part of it."))
        st.button(_("Retire it"), on_click=_retire, args=(viewer, newest), disabled=day is None)


def _retire(viewer: Viewer, newest: PlanEntry) -> None:
    with guard():
        day = st.session_state["retire_plan_on"]
        try:
            saved = plans.retire_plan(viewer, newest, day)
        except Stale:
            refuse_stale()
            return
        if saved.entry is None:
            flash.refuse(FLASH, _first(saved.issues))
            return
        text = _("{plan} ends on {day}: from then on it covers nobody.")
        flash.say(FLASH, text.format(plan=saved.entry.plan.name, day=formats.day(day)))


def _offer_removal(viewer: Viewer, newest: PlanEntry) -> None:
    """Take the newest version away, as long as it has not paid."""
    if newest.used:
        return
    with st.popover(_("Remove version {number}").format(number=newest.plan.version), key="remove_plan"):
        st.caption(_("It has not paid anybody yet. It cannot be brought back."))
        st.button(_("Remove it for good"), on_click=_remove, args=(viewer, newest))


def _remove(viewer: Viewer, newest: PlanEntry) -> None:
    with guard():
        plans.remove_plan(viewer, newest)
        text = _("Version {number} of {plan} is removed.")
        flash.say(FLASH, text.format(number=newest.plan.version, plan=newest.plan.name))
