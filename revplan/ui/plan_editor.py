"""The editor of a plan: form or text on the left; curve, plan check and terms beside it; saving below."""

from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue, has_errors
from revplan.model.plan import Component, Plan
from revplan.model.plan_text import write_plan
from revplan.model.record_text import read_document, to_document
from revplan.service import plan_choices, plan_fit, plan_templates, plans
from revplan.service.plan_choices import Choices
from revplan.service.plans import PlanEntry
from revplan.service.table_kinds import as_kind
from revplan.ui import (
    plan_adjustments,
    plan_form,
    plan_limits,
    plan_people,
    plan_presence,
    plan_save,
    plan_sections,
    plan_session,
    plan_sides,
    plan_words,
)
from revplan.ui.frame import guard
from revplan.ui.plan_sections import section
from revplan.ui.plan_session import Work, begin_again, keep
from revplan.ui.plan_table import Document
from revplan.ui.plan_words import said
from revplan.ui.redraw import redraw
from revplan.ui.text import plain
from revplan.words import _, formats, names

Read = tuple[Plan | None, tuple[Issue, ...]]


@st.fragment
def edit(viewer: Viewer, entry: PlanEntry) -> None:
    """Draw the editor of a saved plan."""
    with guard():
        work = plan_session.open_work(viewer, entry)
        choices = plan_choices.with_payouts_of(plan_choices.choices(viewer), work.document)
        mode = _choose_mode(viewer, work)
        left, right = st.columns([3, 2], gap="large")
        with left:
            read = _text(viewer, work, entry) if mode == "text" else _form(viewer, work, choices)
        work = st.session_state[work.name]
        plan, issues = read
        if plan is not None:
            issues = plans.check(viewer, plan)
        with right:
            plan_sides.draw(viewer, plan, issues, _in_view(plan, work), choices)
        plan_save.draw(viewer, entry, work, plan, blocked=plan is None or has_errors(issues))


def _choose_mode(viewer: Viewer, work: Work) -> str:
    words = {"form": _("Form"), "text": _("Plan as text")}

    def changed() -> None:
        begin_again(viewer, st.session_state[work.name])

    return str(
        st.segmented_control(
            _("Edit as"),
            list(words),
            default="text" if work.text else "form",
            required=True,
            format_func=lambda code: words[code],
            key=f"{work.name}:mode",
            on_change=changed,
        )
    )


def _in_view(plan: Plan | None, work: Work) -> Component | None:
    if plan is None or not 0 <= work.component < len(plan.components):
        return plan.components[0] if plan else None
    return plan.components[work.component]


# ---------------------------------------------------------------- as text


def _text(viewer: Viewer, work: Work, entry: PlanEntry) -> Read:
    """The plan as TOML; what cannot be read stays as it was typed, with each problem and its line."""
    before, _issues = read_document(Plan, work.start)
    written = entry.text if before == entry.plan else write_plan(before) if before else ""
    text = st.text_area(
        _("The plan as text (TOML)"),
        work.text or written,
        height=640,
        key=f"{work.key}:text",
        help=_("What the form says, as text: every field is described in docs/plan.md."),
    )
    plan, issues = plans.read_text(viewer, text or "")
    if work.text or text != written:
        keep(viewer, work, to_document(plan) if plan else work.document, text or "")
    return plan, issues


# ---------------------------------------------------------------- as a form


def _form(viewer: Viewer, work: Work, choices: Choices) -> Read:
    if work.text and plans.read_text(viewer, work.text)[0] is None:
        st.warning(_("The text cannot be read yet, so the form shows the plan as it last could be."))
        if st.button(_("Drop the text, go on from here"), key=f"{work.key}:drop_text"):
            keep(viewer, work, work.document, "")
            redraw()
    document = dict(work.document)
    reach = _whom(viewer, document)
    told = {"people": reach, **plan_sections.told_of_plan(document)}
    with section(_("Name, people and dates"), told, "people"):
        document = plan_people.edit_plan(document, choices, f"{work.key}:plan")
    with section(_("Joining, leaving, leave"), told, "presence"):
        document = plan_presence.edit_presence(document, f"{work.key}:presence")
    with section(_("Limits on pay and budget"), told, "limits"):
        limits = plan_limits.edit_limits(document, f"{work.key}:limits")
    with section(_("Draws, clawbacks, accounts below zero"), told, "adjustments"):
        limits |= plan_adjustments.edit_adjustments(document, f"{work.key}:adjustments")
    if any(len(limits[name]) != len(document.get(name, [])) for name in ("payee_limit", "draw", "clawback")):
        begin_again(viewer, work, document | limits)
        redraw()
    document |= limits
    components: list[Document] = list(document.get("component", []))
    position = _choose_component(viewer, work, components)
    _actions(viewer, work, document, components, position, choices)
    _offer_shared(viewer, work, document, components, position)
    if components:
        before = components[position]
        others = {
            part["id"]: part for part in components if part.get("id") != before.get("id") and "id" in part
        }
        at = plan_fit.size_of(viewer, document, before).at
        after = plan_form.edit_component(before, choices, others, at, f"{work.key}:{position}")
        wanted, moved = after["table"].get("wanted"), after.pop("moved", False)
        if wanted:
            fitted = after | {"table": as_kind(before["table"], wanted, at)}
        else:
            fitted = plan_fit.refitted(viewer, document, before, after)
        components[position] = fitted
        document["component"] = components
        if moved or fitted is not after or _shape(after) != _shape(before):
            begin_again(viewer, work, document)
            redraw()
    now_told = _labels(document, position, choices)
    before_told = _labels(work.document, position, choices)
    keep(viewer, work, document)
    if now_told != before_told:
        redraw()  # the labels of the parts were drawn before the widgets in them said something else
    return plans.read_form(viewer, document)


def _labels(document: Document, position: int, choices: Choices) -> list[object]:
    """What the labels of the form's parts depend on."""
    components = document.get("component", [])
    of_component = plan_sections.told_of_component(components[position], choices) if components else {}
    reach = (document.get("assigned"), document.get("from"), document.get("to"))
    return [reach, plan_sections.told_of_plan(document), of_component]


def _whom(viewer: Viewer, document: Document) -> str:
    plan, _issues = plans.read_form(viewer, document)
    if plan is None:
        return ""
    number = plans.reach(viewer, plan).people
    return _("{number} people, from {day}").format(number=formats.number(number), day=formats.day(plan.from_))


def _shape(component: Document) -> tuple[Any, ...]:
    """What decides which widgets there are: another shape needs widgets of other keys."""
    asked = [*component.get("gate", []), None, *component.get("when", [])]
    conditions = tuple(each and tuple("component" in c for c in each.get("all_of", [])) for each in asked)
    multiplier = component.get("multiplier") or {}
    return conditions, bool(multiplier), component["pays"]["way"], component.get("input", "attainment")


def _choose_component(viewer: Viewer, work: Work, components: list[Document]) -> int:
    """Which component is in view."""
    last = max(len(components) - 1, 0)
    position = min(work.component, last)
    if len(components) < 2:
        return position

    def changed() -> None:
        chosen = st.session_state[f"{work.key}:component"]
        begin_again(viewer, st.session_state[work.name], component=chosen)

    return int(
        st.segmented_control(
            _("Component"),
            list(range(len(components))),
            default=position,
            required=True,
            format_func=lambda i: _label(components[i]),
            key=f"{work.key}:component",
            on_change=changed,
            wrap=True,
        )
    )


def _label(component: Document) -> str:
    """A component's name with its weight, as a button shows it."""
    weight = component["pays"].get("weight")
    name = plain(str(component.get("name", "")))
    if component["pays"]["way"] != "incentive" or weight is None:
        return name
    plan_weight = plan_sides.share_of(weight)
    return f"{name} · {plan_weight}" if plan_weight else name


def _actions(
    viewer: Viewer,
    work: Work,
    document: Document,
    components: list[Document],
    position: int,
    choices: Choices,
) -> None:
    taken = frozenset(str(component.get("id")) for component in components)
    with st.container(horizontal=True):
        kind = st.menu_button(
            _("Add a component"),
            list(plan_templates.TEMPLATES),
            format_func=lambda code: said(plan_words.TEMPLATES, code),
            key=f"{work.key}:add",
        )
        again = bool(components) and st.button(_("Copy this component"), key=f"{work.key}:copy")
        gone = len(components) > 1 and st.button(_("Remove this component"), key=f"{work.key}:remove")
    if kind:
        made = to_document(plan_templates.blank_component(viewer, kind, taken))
        made["name"] = said(plan_words.TEMPLATES, kind)
        begin_again(viewer, work, document | {"component": [*components, made]}, len(components))
        redraw()
    if again:
        copied = plan_templates.copied_component(components[position], taken)
        copied["name"] = _("{plan}, copy").format(plan=components[position].get("name", ""))
        begin_again(viewer, work, document | {"component": [*components, copied]}, len(components))
        redraw()
    if gone:
        left = [each for place, each in enumerate(components) if place != position]
        begin_again(viewer, work, document | {"component": left}, 0)
        redraw()


def _offer_shared(
    viewer: Viewer, work: Work, document: Document, components: list[Document], position: int
) -> None:
    """The step this product is for: pay on the shared revenue target in place of volume."""
    if not components or components[position].get("measure") not in plan_templates.VOLUME:
        return
    component, _issues = read_document(Component, components[position])
    beside = [part.get("name", "") for part in components if part is not components[position]]
    shared = plan_templates.on_shared_target(viewer, component, beside) if component else None
    if shared is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        text = _("This pays for volume ({measure}), whether or not the company earns from it.")
        st.markdown(
            plain(text.format(measure=names.measure(components[position]["measure"]).lower())),
            width="stretch",
        )
        if st.button(_("Pay it on the shared revenue target"), type="primary", key=f"{work.key}:share"):
            moved = [*components]
            moved[position] = to_document(shared)
            begin_again(viewer, work, document | {"component": moved}, position)
            redraw()
