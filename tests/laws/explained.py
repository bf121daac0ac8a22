"""What is true of every explanation: it says what the run says, and its figures add up."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from revplan.model.book import Book
from revplan.model.explanation import DealsStep, Explanation, GateStep, MultiplyStep, PoolStep, TableStep
from revplan.model.results import RunResult
from revplan.rules.explain.line import EXCLUDED, Explainer
from tests.laws.laws import Row


def every_line_is_explained_to_the_cent(book: Book, result: RunResult) -> Iterator[str]:
    """The exact dialect earns what the run's SQL earned, for every line; and so does each step."""
    explainer = Explainer(book, result)
    for line in result.lines.to_pylist():
        told = explainer.explain(line["line_id"])
        for problem in problems(told, line):
            yield f"{problem}: {line} {told}"


def problems(told: Explanation, line: Row) -> Iterator[str]:
    if told.earned != line["earned_to_date"] or told.payout != line["payout"]:
        yield f"earned {told.earned}"
    if sum(part.part for part in told.parts) != told.payout:
        yield "parts do not add up"
    before = sum(earlier.payout for earlier in told.earlier)
    if told.component.accumulation == "discrete" and told.before_limits != told.earned:
        yield "a discrete line is not what it earned"
    if (
        told.component.recovers
        and line["reason"] not in EXCLUDED
        and told.before_limits != told.earned - before
    ):
        yield f"{told.earned} less {before} is not {told.before_limits}"
    for step in told.steps:
        yield from wrong_in(step, told, line)
    amounts = [0, *(step.amount for step in told.steps)]
    if len(amounts) > 1 and isinstance(told.steps[-1], PoolStep) and told.steps[-1].before != amounts[-2]:
        yield "the pool is not what the steps make"
    if told.steps and amounts[-1] != told.earned:
        yield "the last step is not what is earned"


def wrong_in(step: object, told: Explanation, line: Row) -> Iterator[str]:
    match step:
        case TableStep(x=x):
            if x != told.x.value or step.amount != line["table_amount"]:
                yield f"the table makes {step.amount}"
            if step.slices and sum(part.earned for part in step.slices) != step.amount:
                yield "slices do not add up"
            if step.slices and step.slices[-1].end != (x if step.read_at is None else step.read_at):
                yield "slices do not reach the input"
            gaps = [(one.end, two.start) for one, two in pairwise(step.slices) if one.end != two.start]
            if gaps:
                yield f"slices leave {gaps} out"
        case DealsStep():
            if (
                step.amount != line["table_amount"]
                or step.earlier + sum(d.amount for d in step.deals) != step.amount
            ):
                yield f"the deals make {step.amount}"
            paid = {(part.transaction_id, part.part) for part in told.parts if part.kind == "deal"}
            if {(deal.transaction_id, deal.amount) for deal in step.deals} != paid:
                yield "a deal does not pay its part"
        case GateStep():
            if step.is_open != line["gate_open"] or step.is_open != all(
                check.reached for check in step.checks
            ):
                yield "the gate is not the line's"
            for check in step.checks:
                counted, needed = check.given.credit, check.needed
                if counted is None or needed is None or check.condition.edge == "lower":
                    continue
                if check.given.unit != "ratio" and check.reached != (counted >= needed):
                    yield f"needed {needed}, counted {counted}"
        case PoolStep(before=pool, amount=part, claim=claim, claims=claims):
            share = (
                Fraction(pool * claim, claims) if claims and line["gate_open"] is not False else Fraction(0)
            )
            if abs(part - share) >= 1:
                yield f"a part of {part} is not {share}"
        case MultiplyStep(factor=factor):
            if factor != line["multiplier"]:
                yield f"multiplied by {factor}"
