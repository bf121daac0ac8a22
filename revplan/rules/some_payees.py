"""A run for some payees only: whose cells are needed for it, and what of its tables is theirs."""

import pyarrow as pa
import pyarrow.compute as pc

from revplan.rules.people import Span
from revplan.rules.waves import payouts_read


def concerning(spans: tuple[Span, ...], payees: frozenset[str]) -> tuple[Span, ...]:
    """The payees' own spans, and everybody's on plans whose payouts theirs may depend on: those with a budget
    to divide, and those whose payouts a component counts."""
    plans = {span.plan for span in spans}
    whole = {plan.id for plan in plans if plan.budget is not None}
    whole |= {
        plan_id for plan in plans for component in plan.components for plan_id, _ in payouts_read(component)
    }
    return tuple(span for span in spans if span.stint.payee_id in payees or span.plan.id in whole)


def of_payees(table: pa.Table, payees: frozenset[str]) -> pa.Table:
    """The rows of those payees, in their order."""
    return table.filter(pc.is_in(table["payee_id"], value_set=pa.array(sorted(payees), pa.string())))
