"""Who is credited, in plain words."""

from decimal import Decimal
from fractions import Fraction

from revplan.model.credit import ATTRIBUTED, MILESTONES, Credit
from revplan.model.plan import Component
from revplan.money import MILLION, round_half_away
from revplan.words import N_, _, formats, names, ngettext

ANCHORS = {
    "first": N_("First touch"),
    "lead": N_("Lead created"),
    "opportunity": N_("Opportunity created"),
    "last": N_("Last touch"),
}
"""What an attribution rule singles out on the way to a deal."""


def credit_terms(component: Component) -> tuple[str, ...]:
    """Whom a component credits, where that is not the usual; () in a shared scope, which credits nobody."""
    credit = component.credit
    if component.scope == "shared" or (credit.rule == "splits" and not credit.roll_up):
        return ()
    rule = names.named(names.CREDIT_RULES, credit.rule)
    text = (
        _("Credit goes to: {rule}, and their managers.") if credit.roll_up else _("Credit goes to: {rule}.")
    )
    return (text.format(rule=rule), *_touches(credit))


def _touches(credit: Credit) -> list[str]:
    """From when touches count, and how they share."""
    if credit.rule not in ATTRIBUTED:
        return []
    days = credit.look_back_days
    found = [
        ngettext(
            "Touches count from {number} day before the deal.",
            "Touches count from {number} days before the deal.",
            days,
        ).format(number=days)
    ]
    if credit.rule == "time_decay":
        half = credit.half_life_days
        text = ngettext(
            "A touch counts half as much as one that is {number} day later.",
            "A touch counts half as much as one that is {number} days later.",
            half,
        )
        found.append(text.format(number=half))
    if credit.rule in MILESTONES:
        each = ", ".join(
            f"{names.named(ANCHORS, name)} {_percent(share)}"
            for name, share in zip(MILESTONES[credit.rule], credit.shares, strict=True)
        )
        found.append(_("Shares: {each}; the other touches share the rest.").format(each=each))
    return found


def _percent(share: Decimal) -> str:
    return formats.percent(round_half_away(Fraction(share) * MILLION), 2)
