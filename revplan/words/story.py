"""Why a line is what it is, as short sentences: the same on the page, in the workbook and in the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from revplan.model.explanation import (
    Checked,
    DealsStep,
    Explanation,
    GateStep,
    Given,
    Incentive,
    LimitStep,
    MultiplyStep,
    PaidOn,
    PoolStep,
    Step,
    TableStep,
)
from revplan.model.results import Unit
from revplan.money import MILLION, currency_digits, round_half_away
from revplan.words import _, formats, gettext, names, ngettext, reasons
from revplan.words.table_story import table_story
from revplan.words.table_words import Terms

_TOLD_BY_A_STEP = ("gate_closed", "below_threshold", "capped", "payee_limit", "budget")
"""Reasons of a 0 that a sentence of the story gives with its figures."""


@dataclass(frozen=True)
class Story:
    """A line in words: what counted, what the plan makes of it, and what is paid. Text, not Markdown."""

    counted: tuple[str, ...]
    worked_out: tuple[str, ...]
    paid: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, in the order in which the figure is worked out."""
        return (*self.counted, *self.worked_out, *self.paid)


def story(told: Explanation, terms: Terms) -> Story:
    """The sentences of an explanation, in the reader's language."""
    return Story(tuple(_counted(told, terms)), tuple(_worked_out(told, terms)), tuple(_paid(told, terms)))


def money(minor: int, terms: Terms) -> str:
    """An exact amount."""
    return formats.money(minor, terms.currency, terms.digits)


def figure(value: int | None, unit: Unit, terms: Terms) -> str:
    """What counted, or a quota: exact where it is money."""
    if unit == "ratio":
        return formats.percent(value, 4)
    if unit == "count":
        return formats.count(value, 4)
    return formats.amount(value, unit, terms.currency, terms.digits)


# ---------------------------------------------------------------- what counted


def _counted(told: Explanation, terms: Terms) -> Iterator[str]:
    text = _("The plan {plan}, version {version}, is in force from {day}.")
    yield text.format(plan=told.plan_name, version=told.plan_version, day=formats.day(told.in_force_from))
    yield _what_counted(told.x, terms)
    yield from _quota(told.x, terms)
    if told.paid_on is not None:
        yield from _paid_on(told.paid_on, terms)
    if told.component.pays.way == "incentive":
        yield from _incentive(told.incentive, told.team_id, terms)


def _what_counted(given: Given, terms: Terms) -> str:
    said = {
        "measure": names.measure(given.measure, terms.measures),
        "scope": gettext(names.SCOPES[given.scope]),
        "days": formats.days(given.start, given.end - timedelta(days=1)),
        "credit": figure(given.credit, given.unit, terms),
        "quota": figure(given.quota, given.unit, terms),
        "target": terms.targets.get(given.target_id, given.target_id),
    }
    if given.credit is None:
        text = _("{measure}, {scope}, has no value for {days}.")
    elif not given.target_id:
        text = _("{measure}, {scope}, {days}: {credit} counted.")
    elif given.quota is None:
        text = _("{measure}, {scope}, {days}: {credit} counted, and the target {target} has no quota for it.")
    elif given.quota <= 0:
        text = _("{measure}, {scope}, {days}: {credit} counted against a quota of {quota}.")
    else:
        text = _(
            "{measure}, {scope}, {days}: {credit} counted against a quota of {quota}, which is {attained}."
        )
        if given.scope != "own":
            text = _(
                "{measure}, {scope}, {days}: {credit} counted against the target of {quota}, "
                "which is {attained}."
            )
        return text.format(attained=formats.percent(given.attainment, 4), **said)
    return text.format(**said)


def _quota(given: Given, terms: Terms) -> Iterator[str]:
    """Over which dates the quota runs where it is not those of what counted, and why it is not the whole."""
    if given.quota is not None and given.quota_end != given.end:
        text = _("It is the one for {days}.")
        yield text.format(days=formats.days(given.start, given.quota_end - timedelta(days=1)))
    cut = given.cut
    if cut is None or given.quota is None:
        return
    yield _("The whole quota would be {whole}; {quota} of it applies.").format(
        whole=figure(given.nominal_quota, given.unit, terms), quota=figure(given.quota, given.unit, terms)
    )
    if cut.counted is not None and cut.on_plan < cut.days:
        text = _("Of its {days} days, {there} were on this plan.")
        yield text.format(days=formats.number(cut.days), there=formats.number(cut.on_plan))
    if cut.counted is not None and cut.on_leave:
        text = ngettext("{count} of them was on leave.", "{count} of them were on leave.", cut.on_leave)
        yield text.format(count=formats.number(cut.on_leave))
    if cut.ramp:
        shares = [
            _("{share} in {month}").format(
                share=percent(share), month=formats.period(month.strftime("%Y-%m"))
            )
            for month, share in cut.ramp
        ]
        yield _("A joiner's quota grows: {shares}.").format(shares=formats.listed(shares))


def _paid_on(paid: PaidOn, terms: Terms) -> Iterator[str]:
    """What the deals pay on, where that is not what counts; of keyed rates the table tells the rest."""
    if paid.is_rate:
        return
    for group in paid.groups:
        if group.factor in (None, MILLION):
            continue
        text = ngettext(
            "{count} deal pays on {factor} of {amount}.",
            "{count} deals pay on {factor} of {amount}.",
            group.deals,
        )
        amount = figure(group.paid_on, paid.unit, terms)
        factor = percent(Fraction(group.factor or 0, MILLION))
        yield text.format(count=formats.number(group.deals), factor=factor, amount=amount)
    text = _("What counts pays on {amount} of {measure}.")
    measure = names.measure(paid.measure, terms.measures)
    yield text.format(amount=figure(paid.amount, paid.unit, terms), measure=measure)


def _incentive(incentive: Incentive, team_id: str, terms: Terms) -> Iterator[str]:
    """Target incentive by stretch. What somebody had in another team is not told: that team's lead knows."""
    for number, stretch in enumerate(incentive.stretches):
        following = incentive.stretches[number + 1] if number + 1 < len(incentive.stretches) else None
        same = following is not None and (following.annual, following.team_id) == (
            stretch.annual,
            stretch.team_id,
        )
        if same or (following is not None and incentive.whole is not None):
            continue
        text = _("Target incentive is {annual} a year.")
        if stretch.team_id != team_id:
            text = _("Up to {end}, in another team, the target incentive was another.")
        elif following is not None:
            text = _("Target incentive is {annual} a year up to {end}.")
        last = formats.day(stretch.end - timedelta(days=1))
        yield text.format(annual=money(stretch.annual, terms), end=last)
    said = {"weight": percent(Fraction(incentive.weight)), "amount": money(incentive.amount, terms)}
    if incentive.whole is None or abs(incentive.whole - incentive.amount) <= 1:
        yield _("This component is worth {weight} of it: {amount} for the measured period.").format(**said)
    else:
        text = _(
            "This component is worth {weight} of it: {whole} for the whole period, and {amount} for the time "
            "that counts."
        )
        yield text.format(whole=money(incentive.whole, terms), **said)


# ---------------------------------------------------------------- what the plan makes of it


def _worked_out(told: Explanation, terms: Terms) -> Iterator[str]:
    for step in told.steps:
        yield from _step(step, told, terms)


def _step(step: Step, told: Explanation, terms: Terms) -> Iterator[str]:
    match step:
        case TableStep():
            if step.checks:
                yield from (_check(check, terms) for check in step.checks)
                text = _("So table {number} of the other tables is read.")
                own = _("So the component's own table is read.")
                yield text.format(number=step.other) if step.other else own
            yield from table_story(step, told, terms)
        case DealsStep():
            yield from _deals(step, told, terms)
        case MultiplyStep():
            yield _what_counted(step.given, terms)
            yield from _quota(step.given, terms)
            yield _("That multiplies the pay by {factor}: {before} becomes {amount}.").format(
                factor=formats.multiple(step.factor, 6),
                before=money(step.before, terms),
                amount=money(step.amount, terms),
            )
        case LimitStep():
            if step.before or step.amount:
                yield _limit(step, terms)
        case GateStep():
            yield from _gate(step, terms)
        case PoolStep():
            yield from _pool(step, told, terms)


def _deals(step: DealsStep, told: Explanation, terms: Terms) -> Iterator[str]:
    count = len(step.deals)
    text = ngettext(
        "Each deal is read by the table by itself: {count} deal pays {amount}.",
        "Each deal is read by the table by itself: {count} deals pay {amount} together.",
        count,
    )
    paid = step.amount - step.earlier
    yield text.format(count=formats.number(count), amount=money(paid, terms))
    held = [deal for deal in step.deals if deal.limit is not None and abs(deal.amount) == deal.limit]
    if held:
        text = ngettext(
            "{count} of them is held at {most}, the most that one deal pays.",
            "{count} of them are held at {most}, the most that one deal pays.",
            len(held),
        )
        yield text.format(count=formats.number(len(held)), most=money(held[0].limit or 0, terms))
    if step.earlier:
        text = _("With {earlier} of earlier deals in the measured period, that is {amount}.")
        yield text.format(earlier=money(step.earlier, terms), amount=money(step.amount, terms))


def _limit(step: LimitStep, terms: Terms) -> str:
    said = {"at": money(step.at, terms), "before": money(step.before, terms)}
    if step.kind == "floor":
        if step.amount == step.before:
            return _("That is not below the floor of {at}.").format(**said)
        return _("The floor lifts {before} to {at}.").format(**said)
    if step.amount == step.before:
        return _("That is not above the cap of {at}.").format(**said)
    return _("The cap holds {before} at {at}.").format(**said)


def _gate(step: GateStep, terms: Terms) -> Iterator[str]:
    for check in step.checks:
        yield _check(check, terms)
    if step.amount != step.before:
        yield _("So this pays nothing instead of {before}.").format(before=money(step.before, terms))


def _pool(step: PoolStep, told: Explanation, terms: Terms) -> Iterator[str]:
    """The member's part of the pool. By target incentive it is told as a share, not in others' money."""
    said = {"pool": money(step.before, terms), "amount": money(step.amount, terms)}
    if any(isinstance(other, GateStep) and not other.is_open for other in told.steps):
        yield _("So this person has no part of the pool of {pool}.").format(**said)
        return
    if step.given is not None:
        yield _what_counted(step.given, terms)
    if not step.claims:
        yield _("Nobody has a claim on the pool of {pool}.").format(**said)
    elif step.by == "equal":
        text = _("Of the pool of {pool}, one of {claims} equal parts is {amount}.")
        yield text.format(claims=formats.number(step.claims), **said)
    else:
        text = _("Of the pool of {pool}, a claim to {share} of it is {amount}.")
        if step.by == "target_incentive":
            text = _("Of the pool of {pool}, {share} by target incentive is {amount}.")
        yield text.format(share=percent(Fraction(step.claim, step.claims)), **said)


def _check(check: Checked, terms: Terms) -> str:
    """A condition: what it needs, what was reached, and whether that is enough."""
    given, condition = check.given, check.condition
    measure = names.measure(given.measure, terms.measures)
    said = {
        "measure": measure,
        "scope": gettext(names.SCOPES[given.scope]),
        "reached": figure(given.credit, given.unit, terms),
        "needed": figure(check.needed, given.unit, terms),
        "share": percent(Fraction(condition.at_least)),
        "target": terms.targets.get(given.target_id, given.target_id),
        "attained": formats.percent(given.attainment, 4),
    }
    if given.value is None:
        text = _("Condition not met: {measure}, {scope}, cannot be measured here.")
    elif given.target_id and check.reached:
        text = _(
            "Condition met: {measure}, {scope}, needed {needed} ({share} of {target}) and reached {reached} "
            "({attained})."
        )
    elif given.target_id and condition.edge == "lower":
        text = _(
            "Condition not met: {measure}, {scope}, needed more than {needed} ({share} of {target}) and "
            "reached {reached} ({attained})."
        )
    elif given.target_id:
        text = _(
            "Condition not met: {measure}, {scope}, needed {needed} ({share} of {target}) and reached "
            "{reached} ({attained})."
        )
    elif check.reached:
        text = _("Condition met: {measure}, {scope}, needed {needed} and reached {reached}.")
    elif condition.edge == "lower":
        text = _("Condition not met: {measure}, {scope}, needed more than {needed} and reached {reached}.")
    else:
        text = _("Condition not met: {measure}, {scope}, needed {needed} and reached {reached}.")
    return text.format(**said)


# ---------------------------------------------------------------- what is paid


def _paid(told: Explanation, terms: Terms) -> Iterator[str]:
    before = told.earned - told.before_limits  # whoever reads this may not see each of the lines
    if told.steps and before:
        text = _(
            "Earned in {period} so far: {earned}. The lines before this one have {before} of it, "
            "which leaves {due}."
        )
        yield text.format(
            period=formats.period(told.measured_period),
            earned=money(told.earned, terms),
            before=money(before, terms),
            due=money(told.before_limits, terms),
        )
    for part in told.held_back:
        text = _("The plan's budget for the period takes {amount} away.")
        if part.kind == "payee_limit":
            text = _("The most that one person is paid takes {amount} away.")
        if part.part > 0:
            text = _("The limit gives {amount} back that it had taken away.")
        yield text.format(amount=money(abs(part.part), terms))
    yield _("This line pays {payout}.").format(payout=money(told.payout, terms))
    yield from _in_own_currency(told, terms)
    caught_up = sum(part.part for part in told.parts if part.kind == "catch_up")
    if caught_up > 0:
        text = _("{amount} of it is catch-up: the tier reached pays on earlier deals too.")
        yield text.format(amount=money(caught_up, terms))
    elif caught_up < 0:
        text = _("It takes {amount} back from earlier deals, whose tier is no longer reached.")
        yield text.format(amount=money(-caught_up, terms))
    if told.reason and told.reason not in _TOLD_BY_A_STEP:
        yield reasons.reason(told.reason)
    if told.status == "open" and told.reason != "period_not_over":
        yield _("The period is still running, so this may change.")


def _in_own_currency(told: Explanation, terms: Terms) -> Iterator[str]:
    paid = told.paid_in
    if paid is None:
        return
    said = {"currency": paid.currency, "rate": paid.rate_name, "day": formats.day(paid.day)}
    if paid.amount is None:
        text = _("What that is in {currency} is not known: there is no rate {rate} on {day}.")
        yield text.format(**said)
        return
    said["pay"] = formats.money(paid.amount, paid.currency, currency_digits(paid.currency))
    if paid.rate is None:
        yield _("It was paid as {pay}, at the rate {rate} of {day}.").format(**said)
        return
    scaled = Decimal(round_half_away(paid.rate * 10**9)).scaleb(-9)
    text = _("It is paid as {pay}: one {own} is {value} {currency} at the rate {rate} of {day}.")
    yield text.format(**said, own=terms.currency, value=formats.number(scaled, 9))


def percent(share: Fraction) -> str:
    """A fraction as a percentage, with up to four decimals."""
    return formats.percent(round_half_away(share * MILLION), 4)
