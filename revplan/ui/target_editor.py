"""The editor of a target's year: what is counted, how much, who shares it, its parts, and saving it."""

from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue, has_errors
from revplan.metrics.measures import Measure
from revplan.model.targets import Target
from revplan.periods import Grain
from revplan.service import target_amounts, target_form, targets, workspace
from revplan.service.cascade import preview_cascade
from revplan.service.target_amounts import Proposal
from revplan.service.target_form import TargetForm
from revplan.store.records import Stale
from revplan.ui import flash, target_goals, targets_page
from revplan.ui.frame import guard
from revplan.ui.target_amounts import how_much, picture
from revplan.ui.target_parts import edit_parts, who_shares
from revplan.ui.target_session import Editor, keep, open_editor, restart
from revplan.ui.text import plain
from revplan.words import _, names
from revplan.words.sentences import sentence

GRAINS: tuple[Grain, ...] = ("quarter", "month")


@st.fragment
def edit(viewer: Viewer, target_id: str, year: int) -> None:
    """Draw the editor of a saved target's year, or (with an empty id) of a new target.

    What is typed is kept as a draft at once, so that a refresh or a lost connection loses nothing.
    """
    with guard():
        _draw(open_editor(viewer, target_id, year))


def _draw(editor: Editor) -> None:
    notice = st.container()
    left, right = st.columns([5, 6], gap="large")
    with left:
        form = _what(editor, editor.start)
        form = how_much(editor, form)
        form = who_shares(editor, form)
    proposal = target_amounts.propose_amounts(
        editor.viewer, form.measure, form.year, form.grain, target_form.way_of(form)
    )
    with right:
        picture(editor, form, proposal)
    target_goals.draw_to_replace(editor, form)
    form = edit_parts(editor, form, ratio=proposal.unit == "ratio")
    unsaved = keep(editor, form)
    _notice(notice, editor, form, unsaved=unsaved)
    target = _target(form, proposal)
    issues = (*proposal.issues, *(targets.check_target(editor.viewer, target) if target else ()))
    if target is not None and not has_errors(issues):
        cascade = preview_cascade(editor.viewer, target, form.year)
        targets_page.draw_cascade(editor.viewer, f"{form.name}, {form.year}", cascade, "cascade")
    _issues(issues)
    _save(editor, form, target, unsaved=unsaved, blocked=has_errors(issues))


def _what(editor: Editor, form: TargetForm) -> TargetForm:
    choices = targets.measure_choices(editor.viewer)
    saved = bool(form.target_id)
    with st.container(horizontal=True):
        name = st.text_input(_("Name"), form.name, key=f"{editor.key}:name", max_chars=80)
        measure = st.selectbox(
            _("What is counted"),
            [each.name for each in choices],
            index=next((i for i, each in enumerate(choices) if each.name == form.measure), 0),
            format_func=lambda code: _measure_name(code, choices),
            key=f"{editor.key}:measure",
            disabled=saved,
            help=_("A saved target keeps what it counts: for something else, set a new target.")
            if saved
            else None,
        )
        grain = st.segmented_control(
            _("Periods"),
            [*GRAINS, *([form.grain] if form.grain not in GRAINS else [])],
            default=form.grain,
            required=True,
            format_func=lambda code: names.named(names.GRAINS_LONG, code),
            key=f"{editor.key}:grain",
            disabled=saved,
            help=_("A saved target keeps its periods, since plans pay by them.") if saved else None,
        )
    return form.model_copy(update={"name": name, "measure": measure, "grain": grain or form.grain})


def _measure_name(code: str, choices: tuple[Measure, ...]) -> str:
    own = {each.name: each.title for each in choices if each.name not in names.MEASURES}
    return names.measure(code, own)


def _notice(place: Any, editor: Editor, form: TargetForm, *, unsaved: bool) -> None:
    """Say that a draft is shown, and whether somebody saved since it was begun."""
    with place:
        entry = targets.find_target(editor.viewer, form.target_id) if form.target_id else None
        if unsaved and entry is not None and entry.version > form.version:
            st.warning(
                targets_page.stale_words(
                    Stale(form.name, form.version, entry.version, entry.saved_by, entry.saved_at)
                )
            )
            newer = form.model_copy(update={"version": entry.version})
            with st.container(horizontal=True):
                st.button(_("Show theirs, drop mine"), on_click=restart, args=(editor, None))
                st.button(_("Keep mine, to save over theirs"), on_click=restart, args=(editor, newer))
        elif unsaved:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(_("Your changes are kept as a draft, and not saved yet."), width="content")
                st.button(_("Discard them"), on_click=restart, args=(editor, None), type="tertiary")


def _target(form: TargetForm, proposal: Proposal) -> Target | None:
    if proposal.year is None:
        return None
    book = workspace.current().book()
    new_id = targets.new_target_id(form.name, frozenset(target.id for target in book.targets))
    return target_form.target_of(book, form, proposal.year, new_id)


def _issues(issues: tuple[Issue, ...]) -> None:
    company = workspace.current().book().company
    for issue in issues:
        if issue.severity == "note" or "assigned" in issue.code:
            continue  # the bars and the table above say it, for the year that is edited
        nothing_yet = issue.code == "target_no_amounts"
        show = st.info if nothing_yet else st.error if issue.severity == "error" else st.warning
        show(plain(sentence(issue, company.currency, company.digits)))


def _save(editor: Editor, form: TargetForm, target: Target | None, *, unsaved: bool, blocked: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input(_("Note (what changed, and why)"), key=f"{editor.key}:note", max_chars=200)
        new = not form.target_id
        clicked = st.button(
            _("Save the target"), type="primary", disabled=target is None or blocked or not (unsaved or new)
        )
    said = st.container()  # always there, so that what stands below keeps its place
    if not clicked or target is None:
        return
    try:
        saved = targets.save_target(editor.viewer, target, form.version, note)
    except Stale as stale:
        said.error(targets_page.stale_words(stale) + " " + _("Above you choose between theirs and yours."))
        return
    if saved.entry is None:
        with said:
            _issues(saved.issues)
        return
    restart(editor, None)
    st.session_state[targets_page.OPEN] = target.id
    words = {"name": target.name, "version": saved.entry.version}
    flash.say(targets_page.FLASH, _("{name} is saved as version {version}.").format(**words))
    st.rerun()
