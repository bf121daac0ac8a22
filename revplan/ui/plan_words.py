"""Words of the Plans page for what a plan's fields and choices mean."""

from revplan.service.plan_choices import Choices
from revplan.words import N_, gettext, names

TABLE_KINDS = {
    "marginal": N_("Each part at its own rate"),
    "whole": N_("The rate reached, on everything"),
    "overage": N_("The rate reached, on all above target"),
    "linear": N_("Straight lines between points"),
    "average_rate": N_("Average rates between points"),
    "steps": N_("Fixed steps"),
    "keyed": N_("A rate for each deal by what it is"),
}
TABLE_HELP = {
    "marginal": N_("As in income tax: what lies inside a tier pays that tier's rate. Pay never jumps."),
    "whole": N_("The tier reached sets the rate for the whole result, back to the first unit. Pay jumps."),
    "overage": N_(
        "One rate up to target; all that lies above it pays the rate of the tier reached. Pay jumps."
    ),
    "linear": N_("Pay rises evenly from point to point. Two rows with the same threshold make a jump."),
    "average_rate": N_("At each point the average rate since the first unit is given."),
    "steps": N_("Reaching a threshold pays its amount, and nothing in between."),
    "keyed": N_("By product, term, discount, segment, kind, amount or date: the most specific row holds."),
}
INPUTS = {
    "attainment": N_("Result ÷ target"),
    "amount": N_("The result itself"),
    "value": N_("The measure's value"),
    "growth": N_("What lies above the target"),
}
SCOPES = {"own": N_("Own result"), "team": N_("The team's result"), "shared": N_("The shared result")}
SCOPE_HELP = N_(
    "Own: what a person is credited with, against their part of the target. Team: the same for the "
    "whole team. Shared: the whole result against the whole target, the same for every team that shares it."
)
BEYOND = {"zero": N_("Pays nothing"), "flat": N_("Pays as much as there"), "extend": N_("The line goes on")}
EDGES = {"higher": N_("The higher tier"), "lower": N_("The lower tier")}
NEGATIVE = {"extend": N_("Takes back"), "zero": N_("Pays nothing")}
ACCUMULATION = {
    "discrete": N_("Each period by itself"),
    "cumulative": N_("Adds up over the measured period"),
}
DIVIDES_BY = {"full_period": N_("The whole period's target"), "to_date": N_("The target so far")}
ELIGIBILITY = {
    "at_transaction": N_("On the plan when the deal counts"),
    "at_period_end": N_("On the plan when the period ends"),
}
PRORATE = {
    "days": N_("By active days"),
    "months": N_("By full months"),
    "none": N_("Not at all"),
}
ACCUMULATORS = {
    "carry": N_("Counts on, under the version and team of the last day"),
    "restart": N_("Begins anew, each with its own part of quota and incentive"),
}
RAMP_STARTS = {
    "joining_month": N_("The month of joining"),
    "first_full_month": N_("The first full month"),
}
POOL_BY = {
    "equal": N_("Equally"),
    "target_incentive": N_("By target incentive"),
    "measure": N_("By a measure, such as credit or shares"),
}
UNTAKEN = {"lapse": N_("Is not paid"), "redistribute": N_("Is shared by the others")}
DRAWS = {
    "recoverable": N_("Recoverable: an advance that is paid back"),
    "non_recoverable": N_("Non-recoverable: the least of each month"),
    "guarantee": N_("Guarantee: the least of its whole time"),
    "recoverable_then_forgiven": N_("Recoverable, then forgiven"),
}
DRAW_HELP = {
    "recoverable": N_("What is paid on top is owed; later months pay it back from what lies above it."),
    "non_recoverable": N_("Each month pays at least this, and nothing is owed for it."),
    "guarantee": N_("Good months count towards poor ones; nothing is owed for it."),
    "recoverable_then_forgiven": N_("What is still owed on a given day is forgiven."),
}
DRAW_PRORATE = {"days": N_("Paid by days"), "none": N_("Paid whole")}
ON_LEAVING = {
    "keep": N_("Stays owed"),
    "forgive": N_("Is forgiven"),
    "deduct": N_("Is taken from the last pay"),
}
BASES = {
    "part": N_("What the deal was paid"),
    "calculation_rate": N_("What the rate paid for it, without floor, cap and multiplier"),
    "recompute": N_("What its line would not have been paid without it"),
}
BELOW_ZERO = {
    "carry": N_("Pays 0; later months pay the rest"),
    "deduct": N_("Stays below zero"),
}
ON_CANCEL = {
    "claw_back": N_("It still counts; clawbacks act on its pay"),
    "recompute": N_("It counts as a negative deal on that day"),
}
RELEASES = {
    "booked": N_("With the line itself"),
    "on_event": N_("As each deal is invoiced or paid"),
    "schedule": N_("In instalments"),
    "at_risk": N_("At once, at risk until a deadline"),
}
EVENTS = {"invoiced": N_("is invoiced"), "collected": N_("has paid")}
TEMPLATES = {
    "shared_revenue": N_("Shared revenue bonus"),
    "own_quota": N_("Own quota commission"),
    "meetings": N_("Meetings rate"),
    "retention": N_("Retention bonus"),
    "spiff": N_("SPIFF: an amount for each deal"),
    "kicker": N_("Kicker: extra on some deals"),
    "override": N_("Manager override"),
    "pool": N_("Pool that people share"),
}


def measure_name(code: str, choices: Choices) -> str:
    """A measure's name; the company's own and what plans pay by their own names."""
    return names.measure(code, own_names(choices))


def own_names(choices: Choices) -> dict[str, str]:
    """Titles of the measures that the words do not know."""
    return {name: each.title for name, each in choices.measures.items() if name not in names.MEASURES}


def said(words: dict[str, str], code: str) -> str:
    """The words for a choice."""
    return gettext(words[code]) if code in words else code
