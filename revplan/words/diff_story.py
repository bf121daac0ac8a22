"""What moved a line between two runs, in short sentences."""

from revplan.rules.explain.diff import Cause, Kind, Moved
from revplan.rules.explain.diff_deals import MovedDeal
from revplan.words import N_, _, formats, gettext, names, reasons
from revplan.words.table_words import Terms

_CAUSES: dict[Kind, str] = {
    "new": N_("The line is new: {effect}."),
    "gone": N_("The line is gone: {effect}."),
    "excluded": N_("Whether it may pay at all has changed: {effect}."),
    "credit": N_("{measure} counted {before}, now {after}: {effect}."),
    "paid_on": N_("Deals paid on {before} of {measure}, now on {after}: {effect}."),
    "quota": N_("The quota was {before}, now {after}: {effect}."),
    "incentive": N_("The component's target incentive was {before}, now {after}: {effect}."),
    "multiplier": N_("{measure}, which multiplies the pay, was {before}, now {after}: {effect}."),
    "gate": N_("{measure}, which is a condition, was {before}, now {after}: {effect}."),
    "deals": N_("Deals that are read by themselves paid {before}, now {after}: {effect}."),
    "terms": N_("The plan's terms are others: {effect}."),
    "pool": N_("The pool and its parts are others: {effect}."),
    "earlier": N_("Other lines of the measured period have another part of it: {effect}."),
    "limits": N_("Limits of a person's pay or the plan's budget hold another amount back: {effect}."),
}

_NAMES: dict[Kind, str] = {
    "new": N_("new line"),
    "gone": N_("line gone"),
    "excluded": N_("may pay or not"),
    "credit": N_("what counted"),
    "quota": N_("quota"),
    "incentive": N_("target incentive"),
    "multiplier": N_("multiplier"),
    "gate": N_("condition"),
    "deals": N_("single deals"),
    "terms": N_("plan terms"),
    "pool": N_("pool"),
    "earlier": N_("other lines"),
    "limits": N_("limits"),
}


def cause_names(moved: Moved) -> tuple[str, ...]:
    """What moved a line, in a word or two each, the largest effect first; of an adjustment its kind."""
    if moved.entry:
        return (names.adjustment(moved.entry),)
    order = sorted(moved.causes, key=lambda cause: -abs(cause.effect))
    return tuple(dict.fromkeys(gettext(_NAMES[cause.kind]) for cause in order))


def what_moved(moved: Moved) -> str:
    """The component, or the kind of adjustment with what it is about."""
    entry = names.adjustment(moved.entry) + (f" ({formats.period(moved.about)})" if moved.about else "")
    return entry if moved.entry else moved.component_name


def moved_story(moved: Moved, terms: Terms) -> tuple[str, ...]:
    """Who is paid what in place of what, then each cause with its effect; the effects add up."""
    head = _("{who}, {component}, {period}: {before}, now {after} ({difference})").format(
        who=moved.payee_name,
        component=what_moved(moved),
        period=formats.period(moved.period),
        before=_money(moved.before, terms),
        after=_money(moved.after, terms),
        difference=_money(moved.difference, terms, sign=True),
    )
    if moved.entry:
        return (head, *filter(None, [reasons.adjustment_reason(moved.reason)]))
    return (head, *(_cause(cause, terms) for cause in moved.causes))


def deal_story(deal: MovedDeal, name: str, terms: Terms) -> str:
    """A deal that counts for more, for less, newly or no longer; `name` is what people call it."""
    said = {
        "name": name,
        "before": _figure(deal.before, deal.unit, terms),
        "after": _figure(deal.after, deal.unit, terms),
    }
    if deal.before is None:
        text = _("{name} counts newly: {after}.")
    elif deal.after is None:
        text = _("{name} no longer counts: {before} before.")
    else:
        text = _("{name} counted {before}, now {after}.")
    return text.format(**said)


def _cause(cause: Cause, terms: Terms) -> str:
    return gettext(_CAUSES[cause.kind]).format(
        measure=names.measure(cause.measure, terms.measures) if cause.measure else "",
        before=_figure(cause.before, cause.unit, terms),
        after=_figure(cause.after, cause.unit, terms),
        effect=_money(cause.effect, terms, sign=True),
    )


def _figure(value: int | None, unit: str, terms: Terms) -> str:
    if unit == "ratio":
        return formats.percent(value, 4)
    return formats.amount(value, unit, terms.currency, terms.digits)


def _money(minor: int, terms: Terms, *, sign: bool = False) -> str:
    return formats.money(minor, terms.currency, terms.digits, sign=sign)
