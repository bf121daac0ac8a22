"""Beside the plan's form: the payout curve drawn live, the plan check, and the terms in words."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue, Severity
from revplan.model.plan import Component, Plan, linked
from revplan.money import MILLION, round_half_away
from revplan.service.plan_choices import Choices
from revplan.service.plan_curves import CurvePoints, by_deal, curve_points
from revplan.ui import navigation, payout_curve
from revplan.ui.text import heading, plain
from revplan.words import _, formats, names, ngettext, sentences
from revplan.words.adjustment_words import adjustment_terms
from revplan.words.component_words import component_terms, plan_limits
from revplan.words.presence_words import plan_terms
from revplan.words.sentences import Sentence

_COLOURS: dict[Severity, Literal["red", "orange", "gray"]] = {
    "error": "red",
    "warning": "orange",
    "note": "gray",
}
_TARGETS_HELP = (
    "plan.team_does_not_share",
    "plan.no_own_portion",
    "plan.no_team_portion",
    "plan.unknown_target",
)


def draw(
    viewer: Viewer,
    plan: Plan | None,
    issues: Sequence[Issue],
    component: Component | None,
    choices: Choices,
) -> None:
    """Curve, check and terms of the component in view."""
    heading(_("What it pays"), 5)
    points = curve_points(viewer, plan, component) if plan and component else None
    if component is not None and by_deal(component):
        st.info(_("What a deal pays goes by what it is, so there is no one curve of it."))
    elif points is None:
        st.info(
            _("The curve is drawn as soon as the entries can be read. The plan check says what is missing.")
        )
    else:
        _curve(points, component.name if component else "")
    draw_issues(issues, plan, choices)
    if plan and component and (points is not None or by_deal(component)):
        heading(_("In words"), 5)
        terms = choices.terms
        component = next((each for each in linked(plan).components if each.id == component.id), component)
        of_plan = (*plan_limits(plan, terms), *plan_terms(plan), *adjustment_terms(plan, terms))
        for sentence in (*component_terms(component, terms), *of_plan):
            st.markdown(f"- {plain(sentence)}")


def _curve(points: CurvePoints, name: str) -> None:
    payout_curve.show(points, name, "payout_curve")
    st.caption(plain(_drawn_for(points)))


def _drawn_for(points: CurvePoints) -> str:
    """For whom the curve is drawn, and what stands at 100%."""
    currency, digits = points.currency, points.digits
    told = []
    if points.incentive is not None:
        text = (
            _("Drawn for {incentive} of target incentive a period, as nobody on the plan has one.")
            if points.is_example
            else _("Drawn for a typical target incentive of {incentive} a period.")
        )
        told.append(text.format(incentive=formats.money(points.incentive, currency, digits)))
    elif points.quota is not None:
        text = (
            _("Drawn for a quota of {quota}, as nobody on the plan has one.")
            if points.is_example
            else _("Drawn for a typical quota of {quota} a period.")
        )
        told.append(text.format(quota=formats.amount(points.quota, points.quota_unit, currency, digits)))
    if points.at_target is not None:
        told.append(
            _("At target (100%) it pays {amount}.").format(
                amount=formats.money(points.at_target, currency, digits)
            )
        )
    if points.jumps:
        text = ngettext("It jumps at {number} place.", "It jumps at {number} places.", len(points.jumps))
        told.append(text.format(number=len(points.jumps)))
    if points.per_deal:
        told.append(_("The table is read for each deal by itself."))
    return " ".join(told)


def draw_issues(issues: Sequence[Issue], plan: Plan | None, choices: Choices) -> None:
    """The plan check: what must be fixed, what is worth a look; notes fold away."""
    heading(_("Plan check"), 5)
    named = {component.id: component.name for component in plan.components} if plan else {}
    if not any(issue.severity != "note" for issue in issues):
        st.success(_("Nothing stands in the way of this plan."))
    shown = [(issue, sentences.told(issue, choices.currency, choices.digits)) for issue in issues]
    for group in _with_one_advice([pair for pair in shown if pair[0].severity != "note"]):
        _draw_group(group, named)
    notes = _with_one_advice([pair for pair in shown if pair[0].severity == "note"])
    if notes:
        number = sum(map(len, notes))
        with st.expander(ngettext("{number} note", "{number} notes", number).format(number=number)):
            for group in notes:
                _draw_group(group, named)


def _with_one_advice(shown: Sequence[tuple[Issue, Sentence]]) -> list[list[tuple[Issue, Sentence]]]:
    """Issues about one component with the same advice stand together, so that it is given once."""
    groups: dict[object, list[tuple[Issue, Sentence]]] = {}
    for place, (issue, told) in enumerate(shown):
        same = (issue.severity, issue.where.component, told.fix) if told.fix else place
        groups.setdefault(same, []).append((issue, told))
    return list(groups.values())


def _draw_group(group: Sequence[tuple[Issue, Sentence]], named: dict[str, str]) -> None:
    first, advice = group[0]
    reasons = list(dict.fromkeys(told.why for _issue, told in group if told.why))
    with st.container(border=True, gap="xsmall"):
        st.badge(names.named(names.SEVERITIES, first.severity), color=_COLOURS[first.severity])
        for issue, told in group:
            why = told.why if len(reasons) > 1 else ""
            st.markdown(f"**{plain(_what(issue, told, named))}** {plain(why)}")
        st.markdown(plain(" ".join(filter(None, (*(reasons if len(reasons) == 1 else ()), advice.fix)))))
        if first.code.removesuffix("_at_all") in _TARGETS_HELP:
            navigation.link("Targets", _("Go to Targets"))


def _what(issue: Issue, told: Sentence, named: dict[str, str]) -> str:
    place = [_("line {number}").format(number=issue.where.row)] if issue.where.row else []
    if issue.where.component:
        place.append(named.get(issue.where.component, issue.where.component))
    return f"{', '.join(place)}: {told.what}" if place else told.what


def share_of(text: object) -> str:
    """A weight of the form as percent; "" while it cannot be read."""
    try:
        return formats.percent(round_half_away(Fraction(Decimal(str(text))) * MILLION), 2)
    except InvalidOperation:
        return ""
