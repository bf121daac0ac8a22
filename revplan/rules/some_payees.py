"""A run for some payees only: whose cells are needed for it, and what of its tables is theirs."""

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.plan import PaysPool, Plan
from revplan.rules.people import Span
from revplan.rules.waves import payouts_read


def concerning(spans: tuple[Span, ...], payees: frozenset[str]) -> tuple[Span, ...]:
    """The payees' own spans, and everybody's on plans whose payouts theirs may depend on: those with a budget
    to divide or a pool, and those whose payouts a component counts."""
    plans = {span.plan for span in spans}
    whole = {plan.id for plan in plans if plan.budget is not None or _has_pool(plan)}
    whole |= {
        plan_id for plan in plans for component in plan.components for plan_id, _ in payouts_read(component)
    }
    return tuple(span for span in spans if span.stint.payee_id in payees or span.plan.id in whole)


def _has_pool(plan: Plan) -> bool:
    return any(isinstance(component.pays, PaysPool) for component in plan.components)


def of_payees(table: pa.Table, payees: frozenset[str]) -> pa.Table:
    """The rows of those payees, in their order."""
    return table.filter(pc.is_in(table["payee_id"], value_set=pa.array(sorted(payees), pa.string())))
