"""What becomes of the levers on the Simulate page: a scenario that is kept, or plans that are made of it."""

from datetime import date

import streamlit as st

from revplan.access import Viewer
from revplan.model.facts import Happened
from revplan.model.scenario import Scenario
from revplan.service import adopting, plans, scenarios
from revplan.service.adopting import Adopted
from revplan.service.scenarios import Kept
from revplan.store.records import Stale
from revplan.ui import flash, formats, simulate_facts, simulate_levers
from revplan.ui.text import plain
from revplan.words import _, ngettext, sentences

FLASH = "simulate"
_OPENED = "sim_opened"
"""The id and version of the scenario that was opened: the version that saving goes over."""


def draw(viewer: Viewer, scenario: Scenario) -> None:
    """Keep what the levers say, or open, copy and remove what was kept."""
    with st.container(border=True):
        kept = {each.scenario.id: each for each in scenarios.saved(viewer)}
        said = scenario.changes or not isinstance(scenario.facts, Happened)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                _("Name of the scenario"), key="sim_name", persist_state="session", max_chars=80
            )
            if st.button(_("Save it"), type="primary", disabled=not name.strip() or not said):
                _save(viewer, scenario, name.strip())
            if kept:
                chosen = st.selectbox(
                    _("Saved ones"),
                    list(kept),
                    format_func=lambda each: kept[each].scenario.name,
                    key="sim_saved",
                )
                opened = kept[str(chosen)]
                if st.button(_("Open"), on_click=_open, args=(viewer, opened)):
                    st.rerun()  # the filters above the levers follow it
                st.button(_("Remove"), on_click=_remove, args=(viewer, opened), key="sim_drop")
        if not scenario.changes:
            st.caption(
                _("Move a lever or add a change; then the scenario can be saved, compared and adopted.")
            )
            return
        _adopt(viewer, scenario)


def _save(viewer: Viewer, scenario: Scenario, name: str) -> None:
    """Keep under a name: over the scenario that was opened, when it is still called so, else as a new one."""
    opened = st.session_state.get(_OPENED, ("", 0))
    same = next((each for each in scenarios.saved(viewer) if each.scenario.name == name), None)
    if same is not None and same.scenario.id != opened[0]:
        st.error(_("There is one of that name. Open it to change it, or choose another name."))
        return
    identity, version = opened if same else (scenarios.new_id(viewer, name), 0)
    try:
        kept = scenarios.save(viewer, scenario.model_copy(update={"id": identity, "name": name}), version)
    except Stale:
        st.error(_("Somebody else saved it meanwhile. Open theirs, or save yours under another name."))
        return
    st.session_state[_OPENED] = (identity, kept.version)
    flash.say(FLASH, _("“{name}” is saved.").format(name=name))
    st.rerun()


def _open(viewer: Viewer, kept: Kept) -> None:
    plan_set = kept.scenario.plan_set
    simulate_levers.load(kept.scenario, scenarios.shared_target(viewer, plan_set))
    simulate_facts.load(kept.scenario.facts)
    st.session_state[_OPENED] = (kept.scenario.id, kept.version)
    st.session_state["sim_name"] = kept.scenario.name
    st.session_state["filter_plans"] = plan_set


def _remove(viewer: Viewer, kept: Kept) -> None:
    try:
        scenarios.remove(viewer, kept)
        flash.say(FLASH, _("“{name}” is removed.").format(name=kept.scenario.name))
    except Stale:
        flash.say(
            FLASH, _("Somebody else changed “{name}” meanwhile; it stays.").format(name=kept.scenario.name)
        )


def _adopt(viewer: Viewer, scenario: Scenario) -> None:
    """Two ways out: the next versions of the plans, or a plan set of its own."""
    with st.expander(_("Make plans of it")):
        start = st.date_input(
            _("Next versions of the plans hold from"),
            plans.next_period_start(viewer),
            key="sim_from",
            persist_state="session",
        )
        if st.button(_("Make it the next version of the plans"), key="sim_adopt"):
            _make_versions(viewer, scenario, start)
        name = st.text_input(
            _("Or a plan set of its own, named"),
            key="sim_set",
            persist_state="session",
            placeholder="shared-2027",
        )
        if st.button(_("Make a plan set of it"), key="sim_make_set", disabled=not name.strip()):
            _make_set(viewer, scenario, name.strip())


def _make_versions(viewer: Viewer, scenario: Scenario, start: date) -> None:
    try:
        done = adopting.adopt(viewer, scenario, start)
    except Stale:
        st.error(_("Somebody else saved one of the plans meanwhile, so nothing was saved. Try it again."))
        return
    if _refused(done):
        return
    saved = formats.listed([*done.plans, *done.targets])
    text = _("Saved: {names}.").format(names=saved) if saved else _("There was nothing to save.")
    if any(kind != "without_plan" for kind in done.left):
        text += " " + _("What it says of people and deals stays a scenario.")
    if "without_plan" in done.left:
        text += " " + _("A plan that other plan sets have too stays: change it on Plans.")
    flash.say(FLASH, text)
    st.rerun()


def _make_set(viewer: Viewer, scenario: Scenario, name: str) -> None:
    try:
        made = adopting.as_plan_set(viewer, scenario, name)
    except ValueError:
        st.error(_("Choose another name: letters, digits and dashes, and not one that is taken."))
        return
    if _refused(made):
        return
    number = len(made.plans)
    text = ngettext("“{set}” has {count} plan now.", "“{set}” has {count} plans now.", number)
    flash.say(FLASH, text.format(set=name, count=formats.number(number)))
    st.rerun()


def _refused(done: Adopted) -> bool:
    for issue in done.issues:
        st.error(plain(sentences.sentence(issue)))
    return bool(done.issues)
