"""Plan check of what a component's deals pay on: factors and keyed rates, and another measure."""

from collections.abc import Iterator

from revplan.issues import Issue, Unfit
from revplan.model.plan import Keyed
from revplan.model.results import Unit
from revplan.rules.check.components import Subject, closest
from revplan.rules.check.which import check_which
from revplan.rules.compile import formula_of
from revplan.rules.keys import conditions_of
from revplan.rules.payable import payable_of, refused, value_of, which_of


def check_payable(subject: Subject) -> Iterator[Issue]:
    """Of a component that is sound otherwise: refuses what cannot be paid on, and flags products and segments
    that no row of the book has."""
    component, ground = subject.component, subject.ground
    table, pays_on = component.table, component.pays_on
    keyed = isinstance(table, Keyed)
    at = "table.rates" if isinstance(table, Keyed) else "pays_on.factors"
    entries = table.rates if isinstance(table, Keyed) else pays_on.factors
    measure = ground.measure(component.measure)
    if pays_on.measure is not None and ground.measure(pays_on.measure) is None:
        said = {"name": pays_on.measure, "suggestion": closest(pays_on.measure, ground.catalogue)}
        yield subject.issue("plan.unknown_measure", "error", "pays_on.measure", **said)
        return
    if refusal := refused(component, ground.measure):
        yield subject.issue(refusal[0], "error", refusal[1], **refusal[2])
        return
    for number, entry in enumerate(entries, 1):
        place = f"{at}[{number}]"
        if conditions_of(entry) == 0:
            yield subject.issue("plan.key_says_nothing", "error", place, number=number)
        if value_of(entry) < 0:
            yield subject.issue("plan.factor_below_zero", "error", place, number=number)
        if measure is not None and measure.additive:
            yield from check_which(subject, which_of(entry), measure, place)
    if (table.otherwise if isinstance(table, Keyed) else pays_on.otherwise) < 0:
        yield subject.issue("plan.factor_below_zero", "error", "table" if keyed else "pays_on", number=0)

    def unit_of(name: str) -> Unit:
        found = ground.measure(name)
        return found.unit if found else "money"

    try:
        if payable_of(component) is not None:
            formula_of(component, unit_of, ground.book.company.digits)
    except Unfit as wrong:
        where = at if wrong.code != "plan.pays_on_needs_one_rate" else "table"
        yield subject.issue(wrong.code, "error", where, **wrong.parameters)
