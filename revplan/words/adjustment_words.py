"""Draws, clawbacks, release of pay and accounts below zero in plain words, made from their records."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from revplan.model.adjustments import AtRisk, Band, BelowZero, Clawback, Draw, OnEvent, Release, Scheduled
from revplan.model.plan import Plan
from revplan.money import MILLION, round_half_away
from revplan.words import _, formats, ngettext
from revplan.words.table_words import Terms


def adjustment_terms(plan: Plan, terms: Terms) -> tuple[str, ...]:
    """What a plan says beside its components, a sentence or two for each term; () for a plan without any."""
    names = {component.id: component.name for component in plan.components}
    below = () if plan.below_zero == BelowZero() else (below_zero(plan.below_zero, terms),)
    waiting = {component.name: release(component.release) for component in plan.components}
    refunds = (c.name for c in plan.components if c.on_cancel == "recompute")
    return (
        *(f"{name}: {text}" for name, text in waiting.items() if text),
        *(f"{name}: " + _("A cancelled deal counts as a negative one.") for name in refunds),
        *(draw(each, terms) for each in plan.draws),
        *(clawback(each, names) for each in plan.clawbacks),
        *below,
        *pay_rate(plan),
    )


def pay_rate(plan: Plan) -> tuple[str, ...]:
    """In which currency it pays; () where that is the company's for everybody."""
    if plan.pay_rate is None:
        return ()
    if plan.pay_rate == "plan":
        text = _("Each amount is paid in the person's own currency, at the plan year's rate.")
    else:
        text = _(
            "Each amount is paid in the person's own currency, at the rate {rate} of the month's last day."
        )
    return (text.format(rate=plan.pay_rate),)


def draw(one: Draw, terms: Terms) -> str:
    """A draw: how much, for how long, and what is owed for it."""
    amount = (
        _("{share} of the monthly target incentive").format(share=_share(one.of_incentive))
        if one.of_incentive is not None
        else terms.money(one.amount or Decimal(0))
    )
    text = {
        "recoverable": _("A draw: each month pays at least {amount}; what is paid on top is owed."),
        "non_recoverable": _("A draw: each month pays at least {amount}; nothing is owed for it."),
        "guarantee": _(
            "A guarantee: the months together pay at least {amount} each; nothing is owed for it."
        ),
        "recoverable_then_forgiven": _(
            "A draw: each month pays at least {amount}; what is paid on top is owed until it is forgiven."
        ),
    }[one.kind]
    return " ".join([text.format(amount=amount), *_draw_dates(one)])


def _draw_dates(one: Draw) -> list[str]:
    found = []
    if one.months is not None:
        text = ngettext(
            "In the first {number} month since joining.",
            "In the first {number} months since joining.",
            one.months,
        )
        found.append(text.format(number=one.months))
    if one.from_ is not None:
        found.append(_("From {day}.").format(day=formats.day(one.from_)))
    if one.to is not None:
        found.append(_("Until {day}.").format(day=formats.day(one.to)))
    if one.recovery_starts is not None:
        found.append(_("Paid back from {day} on.").format(day=formats.day(one.recovery_starts)))
    if one.recovery_after is not None:
        text = ngettext(
            "Paid back from {number} month after it started.",
            "Paid back from {number} months after it started.",
            one.recovery_after,
        )
        found.append(text.format(number=one.recovery_after))
    if one.forgiven_on is not None:
        found.append(_("Forgiven on {day}.").format(day=formats.day(one.forgiven_on)))
    if one.forgiven_after is not None:
        text = ngettext(
            "Forgiven {number} month after it started.",
            "Forgiven {number} months after it started.",
            one.forgiven_after,
        )
        found.append(text.format(number=one.forgiven_after))
    owes = one.kind in ("recoverable", "recoverable_then_forgiven")
    return [*found, *([_on_leaving(one.on_leaving)] if owes and one.on_leaving != "keep" else [])]


def _on_leaving(code: str) -> str:
    if code == "forgive":
        return _("On leaving, what is owed is forgiven.")
    return _("On leaving, what is owed is taken from the last pay.")


def clawback(one: Clawback, components: Mapping[str, str]) -> str:
    """A clawback: what is taken back of a cancelled deal at which age."""
    bands = "; ".join(map(_band, one.bands))
    texts = {
        "part": _("Of a deal that is cancelled, what it was paid is taken back: {bands}."),
        "calculation_rate": _("Of a deal that is cancelled, what its rate had paid is taken back: {bands}."),
        "recompute": _(
            "Of a deal that is cancelled, what its line would not have been paid without it is taken back: "
            "{bands}."
        ),
    }
    told = texts[one.basis].format(bands=bands)
    if not one.components:
        return told
    named = formats.listed([components.get(name, name) for name in one.components])
    return told + " " + _("Only for {components}.").format(components=named)


def _band(band: Band) -> str:
    if band.to is None:
        text = _("{share} from {start} months on") if band.from_ else _("{share}, however old")
    elif band.from_:
        text = _("{share} from {start} to {end} months")
    else:
        text = _("{share} before {end} months")
    return text.format(share=_share(band.share), start=band.from_, end=band.to)


def release(one: Release) -> str:
    """When a component's pay is released; "" where it is with the line itself."""
    match one:
        case OnEvent():
            whole = {
                "invoiced": _("Each deal is paid as the customer is invoiced."),
                "collected": _("Each deal is paid as the customer's cash comes in."),
            }[one.event]
            part = {
                "invoiced": _("{share} is paid at once, the rest as the customer is invoiced."),
                "collected": _("{share} is paid at once, the rest as the customer's cash comes in."),
            }[one.event]
            return part.format(share=_share(one.at_booking)) if one.at_booking else whole
        case Scheduled():
            told = [
                _("{share} after {months} months").format(share=_share(each.share), months=each.months)
                if each.months
                else _("{share} at once").format(share=_share(each.share))
                for each in one.schedule
            ]
            return _("Paid in instalments: {instalments}.").format(instalments="; ".join(told))
        case AtRisk():
            text = {
                "invoiced": ngettext(
                    "Paid at once; what is not invoiced {number} month later is taken back until it is.",
                    "Paid at once; what is not invoiced {number} months later is taken back until it is.",
                    one.months,
                ),
                "collected": ngettext(
                    "Paid at once; what has not come in {number} month later is taken back until it has.",
                    "Paid at once; what has not come in {number} months later is taken back until it has.",
                    one.months,
                ),
            }[one.event]
            return text.format(number=one.months)
        case _:
            return ""


def below_zero(one: BelowZero, terms: Terms) -> str:
    """What happens when an account comes to less than nothing."""
    if one.way == "deduct":
        return _("A month that comes to less than nothing stays below zero.")
    told = [_("A month that comes to less than nothing pays 0, and later months pay the rest.")]
    if one.share != 1:
        told.append(_("At most {share} of a later month goes towards it.").format(share=_share(one.share)))
    if one.minimum_pay:
        text = _("A later month pays at least {amount} first.")
        told.append(text.format(amount=terms.money(one.minimum_pay)))
    if one.on_leaving != "keep":
        told.append(_on_leaving(one.on_leaving))
    return " ".join(told)


def _share(value: Decimal | None) -> str:
    return formats.percent(round_half_away(Fraction(value or 0) * MILLION), 4)
