"""The goals on lead volume that a shared target replaces, each with the step that leads on."""

import streamlit as st

from revplan.access import Viewer
from revplan.service import target_amounts, targets, workspace
from revplan.service.target_form import TargetForm
from revplan.service.targets import VolumeGoal
from revplan.store.records import Stale
from revplan.ui import flash, navigation
from revplan.ui.target_session import Editor, draft_of, restart
from revplan.ui.targets_page import FLASH, short_amount, stale_words
from revplan.ui.text import heading, plain
from revplan.words import _, formats, names


def draw_to_read(viewer: Viewer) -> None:
    """The goals of the teams that the viewer sees."""
    for goal in _headed(viewer):
        with st.container(border=True):
            st.markdown(_said(viewer, goal))


def draw_to_replace(editor: Editor, form: TargetForm) -> None:
    """The goals beside the target that is edited: put each team on it, then let its plan pay on it."""
    revenue = target_amounts.unit_of(editor.viewer, form.measure) == "money"
    for goal in _headed(editor.viewer) if revenue else ():
        with st.container(border=True):
            st.markdown(_said(editor.viewer, goal))
            with st.container(horizontal=True):
                _next_step(editor, form, goal)


def _next_step(editor: Editor, form: TargetForm, goal: VolumeGoal) -> None:
    if goal.team.id not in form.shared_with:
        label = _("Put {team} on the shared target").format(team=goal.team.name)
        if st.button(label, key=f"{editor.key}:share:{goal.team.id}"):
            _put_on(editor, form, goal)
    elif form.target_id:
        navigation.link("Plans", _("Let its plan pay on it"), plan=goal.plans[0][0])
        navigation.link("Compare", _("See what changes"))


def _headed(viewer: Viewer) -> tuple[VolumeGoal, ...]:
    goals = targets.volume_goals(viewer)
    if goals:
        heading(_("Goals that a shared target replaces"))
        st.caption(_("Paid for how much comes in, whether or not the company earns from it."))
    return goals


def _said(viewer: Viewer, goal: VolumeGoal) -> str:
    """What the team is paid on, with this year's goals, and the plans that say so."""
    company = workspace.current().book().company
    year = int(company.calendar.period_of(company.as_of, "year").label)
    goals = []
    for measure, target_id in goal.goals:
        found = targets.find_target(viewer, target_id) if target_id else None
        name = names.measure(measure, {m.id: m.name for m in company.measures})
        total = sum(target_amounts.target_stand(viewer, found.target, year).targets) if found else 0
        goals.append(f"{name} ({short_amount(total, 'count')})" if total else name)
    text = _("{team} is paid for volume in {year}, under {plans}: {goals}.")
    return plain(
        text.format(
            team=goal.team.name,
            goals=formats.listed(goals),
            year=year,
            plans=formats.listed([name for _id, name in goal.plans]),
        )
    )


def _put_on(editor: Editor, form: TargetForm, goal: VolumeGoal) -> None:
    """Save it at once, unless there is a draft: then the team joins the draft, to be saved with it."""
    draft = draft_of(editor)
    if draft is not None or not form.target_id:
        begun = draft or form
        restart(editor, begun.model_copy(update={"shared_with": (*begun.shared_with, goal.team.id)}))
        st.rerun()
    try:
        targets.switch_team_to_shared(editor.viewer, goal.team.id, form.target_id, form.version)
    except Stale as stale:
        st.warning(stale_words(stale))
        return
    restart(editor, None)
    said = _("{team} now shares {target}. Next: let its plan pay on it.")
    flash.say(FLASH, said.format(team=goal.team.name, target=form.name))
    st.rerun()
