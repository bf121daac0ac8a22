"""What arrays of trials cannot move, and the plans that are therefore paid as whole books.

A trial adds up what each deal brings. What a deal brings by itself must then be known beforehand: it is not
where a pool is divided, a table read for each deal, or a row compared with others; and limits across
components and budgets act on lines that are finished.
"""

from collections.abc import Callable, Iterable

from revplan.formula import vector
from revplan.formula.steps import Formula
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.measures import Measure, measure_of, paid_by
from revplan.model.book import Book
from revplan.model.plan import Component, Plan, linked
from revplan.rules.cells import counted_of
from revplan.rules.check.measures import sound_measures
from revplan.rules.compile import formula_of
from revplan.rules.waves import payouts_read

MeasureOf = Callable[[str], Measure]


def why_held(component: Component, formula: Formula, measure: MeasureOf) -> str:
    """Why trials cannot move a component's cells, as a word of `words.sentences`; "" where they can."""
    if is_paid_on_pay(component):
        return "payouts"
    if component.pays.way == "pool":
        return "pool"
    if formula.deal:
        return "transaction"
    if any(compares(measure(counted.measure)) for _, counted in counted_of(component)):
        return "derived"
    if any(counts_any_outcome(measure(counted.measure)) for _, counted in counted_of(component)):
        return "outcome"
    deals = component.deals
    if deals.at_most is not None or deals.minimum_credit is not None or deals.credit_cap is not None:
        return "deals"
    return vector.unfit(formula)


def is_paid_on_pay(component: Component) -> bool:
    """Whether a component counts what other components pay."""
    return any(any(paid_by(counted.measure)) for _, counted in counted_of(component))


def compares(measure: Measure) -> bool:
    """Whether what a deal counts depends on other deals or on the year before."""
    definition = measure.definition
    return definition is not None and (definition.first_of is not None or definition.less_prior_year)


def counts_any_outcome(measure: Measure) -> bool:
    """Whether a measure of deals by the day on which they close counts others than won ones: then an open
    deal counts already, on the day on which it is expected to close."""
    definition = measure.definition
    if definition is None or (definition.table, definition.date) != ("opportunities", "closed_on"):
        return False
    return not any(
        each.column == "outcome" and (each.is_, each.value) in (("=", "won"), ("in", ("won",)))
        for each in definition.where
    )


def of_limits(plan: Plan) -> list[Issue]:
    """A warning for a plan with limits across components or a budget."""
    if plan.payee_limits or plan.budget:
        return [Issue("simulated_before_limits", "warning", Where(plan=plan.id))]
    return []


def of_component(plan: Plan, component: Component, why: str) -> Issue:
    """A warning for a component that trials do not move, and why: left out where it is paid on others' pay,
    which do move, else held at what is certain."""
    code = "not_simulated" if why == "payouts" else "held_in_trials"
    return Issue(code, "warning", Where(plan=plan.id, component=component.id), {"why": why})


def unmoved(book: Book, plan_set: str) -> tuple[Issue, ...]:
    """What trials of a plan set will not move, as far as the plans themselves say; in their order, each once.

    Only numbers that are too large for arrays, and retention that is measured from a day still to come, show
    up later, in `Stakes.issues`.
    """
    company, _ = sound_measures(book.company)

    def measure(name: str) -> Measure:
        return measure_of(company, name)

    found: list[Issue] = []
    for plan in map(linked, (plan for plan in book.plans if plan_set in plan.sets)):
        found += of_limits(plan)
        for component in plan.components:
            try:
                formula = formula_of(component, lambda name: measure(name).unit, company.digits)
                why = why_held(component, formula, measure)
            except (KeyError, Unfit, ArithmeticError):
                continue  # the run leaves it out too
            if why:
                found.append(of_component(plan, component, why))
    return tuple(dict.fromkeys(found))


def whole_plans(plans: Iterable[Plan], issues: Iterable[Issue]) -> frozenset[str]:
    """The plans that issues of `unmoved` or `Stakes` name, and all whose pay their components count."""
    read = {plan.id: {p for c in plan.components for p, _ in payouts_read(c)} for plan in map(linked, plans)}
    found: set[str] = set()
    waiting = {issue.where.plan for issue in issues if issue.where.plan}
    while waiting:
        found |= waiting
        waiting = set().union(*(read.get(plan, set()) for plan in waiting)) - found
    return frozenset(found)
