"""What is true of every run. A law takes a book and its result, and returns what breaks it, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

from revplan.model.book import Book
from revplan.model.plan import Component
from revplan.model.results import RunResult
from revplan.money import MILLION, to_minor
from tests.laws.naive import Naive
from tests.laws.naive_payable import pays_on_another

Row = dict[str, Any]

EXCLUDED = ("not_employed", "not_shared")


def components(book: Book) -> dict[tuple[str, int, str], Component]:
    """Components by (plan, version, id)."""
    return {(plan.id, plan.version, part.id): part for plan in book.plans for part in plan.components}


def lines_with_components(book: Book, result: RunResult) -> Iterator[tuple[Row, Component]]:
    """Each line with the component that it pays."""
    known = components(book)
    for line in result.lines.to_pylist():
        yield line, known[line["plan_id"], line["plan_version"], line["component_id"]]


def fact_amounts(book: Book) -> dict[str, dict[str, tuple[int, Any]]]:
    """Straight from the tables: measure → transaction → (amount, date), up to the as-of date."""
    won = [
        row
        for row in book.tables["opportunities"].to_pylist()
        if row["outcome"] == "won" and row["closed_on"] <= book.company.as_of
    ]
    sourced = [row for row in won if row["source"] == "marketing"]
    return {
        "won_revenue": {row["opportunity_id"]: (row["amount"], row["closed_on"]) for row in won},
        "sourced_revenue": {row["opportunity_id"]: (row["amount"], row["closed_on"]) for row in sourced},
        "won_deals": {row["opportunity_id"]: (MILLION, row["closed_on"]) for row in won},
    }


def nothing_is_left_out(book: Book, result: RunResult) -> Iterator[str]:
    """A drawn book is sound: no error, and every component has its lines."""
    for issue in result.issues:
        if issue.severity == "error" and issue.code != "amount_too_large":
            yield f"{issue.code} {issue.where} {dict(issue.parameters)}"


def parts_add_up_to_their_line(book: Book, result: RunResult) -> Iterator[str]:
    sums: Counter[int] = Counter()
    for part in result.parts.to_pylist():
        sums[part["line_id"]] += part["part"]
    for line in result.lines.to_pylist():
        if sums[line["line_id"]] != line["payout"]:
            yield f"parts {sums[line['line_id']]} against {line}"


def parts_belong_to_lines_and_keep_their_order(book: Book, result: RunResult) -> Iterator[str]:
    known = {line["line_id"]: line for line in result.lines.to_pylist()}
    positions: dict[int, list[Row]] = defaultdict(list)
    for part in result.parts.to_pylist():
        line = known[part["line_id"]]
        positions[part["line_id"]].append(part)
        if any(part[name] != line[name] for name in ("payee_id", "team_id", "component_id", "period")):
            yield f"{part} of {line}"
        if part["kind"] == "deal" and not line["period_start"] <= part["on_date"] < line["period_end"]:
            yield f"a deal outside its period: {part} of {line}"
    for parts in positions.values():
        if [part["position"] for part in parts] != list(range(1, len(parts) + 1)):
            yield f"positions {[part['position'] for part in parts]}"
        deals = [(part["on_date"], part["transaction_id"]) for part in parts if part["kind"] == "deal"]
        if deals != sorted(deals):
            yield f"deals out of order: {deals}"


def a_catch_up_follows_its_deal(book: Book, result: RunResult) -> Iterator[str]:
    """And counts nothing itself; only a tier that goes back to earlier results has one."""
    known = {line["line_id"]: component.table.kind for line, component in lines_with_components(book, result)}
    parts = result.parts.to_pylist()
    for before, part in pairwise(parts):
        if part["kind"] != "catch_up":
            continue
        names = ("line_id", "transaction_id", "on_date")
        if before["kind"] != "deal" or any(part[name] != before[name] for name in names) or part["credit"]:
            yield f"{part} after {before}"
        if known[part["line_id"]] not in ("whole", "overage"):
            yield f"{part} of a table {known[part['line_id']]}"


def an_input_is_what_its_line_says(book: Book, result: RunResult) -> Iterator[str]:
    """The table's own input has the credit, quota and attainment of the line, and all inputs are there."""
    inputs: dict[int, list[Row]] = defaultdict(list)
    for row in result.inputs.to_pylist():
        inputs[row["line_id"]].append(row)
    for line, component in lines_with_components(book, result):
        own = inputs.pop(line["line_id"])
        if [row["place"] for row in own] != list(range(len(own))):
            yield f"places {[row['place'] for row in own]} of {line}"
        wanted = ["x", *(["m"] if component.multiplier else [])]
        wanted += [f"g{i}" for i in range(len(component.conditions))]
        pool = component.pays if component.pays.way == "pool" else None
        wanted += ["c"] if pool and pool.claim else []
        wanted += ["p"] if pays_on_another(component) else []
        wanted += ["incentive", *(["deals"] if component.table_per == "transaction" else [])]
        wanted += ["pool"] if pool else []
        if [row["input"] for row in own] != wanted:
            yield f"inputs {[row['input'] for row in own]} of {line}"
        same = ("quota", "nominal_quota", "attainment", "measure", "unit", "scope", "target_id")
        if any(own[0][name] != line[name] for name in same) or (own[0]["credit"] or 0) != (
            line["credit"] or 0
        ):
            yield f"{own[0]} of {line}"
        if own[0]["window_end"] != line["period_end"]:
            yield f"counted up to {own[0]['window_end']}: {line}"
    if inputs:
        yield f"inputs of no line: {sorted(inputs)}"


def statements_add_up_to_lines(book: Book, result: RunResult) -> Iterator[str]:
    """Each person's month and team by itself: a line stands in the month of its payment period's last day."""
    entries: Counter[tuple[str, str, str]] = Counter()
    totals: Counter[tuple[str, str, str]] = Counter()
    for row in result.statements.to_pylist():
        found = totals if row["entry"] == "total" else entries
        found[row["payee_id"], row["team_id"], row["period"]] += row["amount"]
    if entries != totals:
        yield f"entries {entries} against totals {totals}"
    paid: Counter[tuple[str, str, str]] = Counter()
    for line in result.lines.to_pylist():
        month = (line["period_end"] - timedelta(days=1)).isoformat()[:7]
        paid[line["payee_id"], line["team_id"], month] += line["payout"]
    for adjustment in result.adjustments.to_pylist():
        paid[adjustment["payee_id"], adjustment["team_id"], adjustment["period"]] += adjustment["amount"]
    if paid != totals:
        yield f"lines and adjustments {paid} against statements {totals}"


def credits_of_a_rule_add_up_to_the_transaction(book: Book, result: RunResult) -> Iterator[str]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for row in result.credits.to_pylist():
        if not row["rule"].endswith("roll_up"):
            sums[row["measure"], row["rule"], row["transaction_id"]] += row["credit"]
    facts = fact_amounts(book)
    for (measure, rule, transaction), total in sums.items():
        if facts[measure][transaction][0] != total:
            yield f"{rule} credits {total} of {facts[measure][transaction]} of {transaction} ({measure})"
    for measure, rule in {(measure, rule) for measure, rule, _ in sums}:
        for transaction in facts[measure]:
            if (measure, rule, transaction) not in sums:
                yield f"{rule} lost {transaction} ({measure})"


def a_line_of_zero_has_a_reason_and_no_other_has(book: Book, result: RunResult) -> Iterator[str]:
    for line in result.lines.to_pylist():
        if (line["payout"] == 0) != bool(line["reason"]):
            yield str(line)


def cumulative_lines_sum_to_the_finished_cell(book: Book, result: RunResult) -> Iterator[str]:
    """With `recovers` to the amount earned to date; without, to the highest that it has been. A period
    from which the payee is excluded pays nothing and takes nothing back."""
    chains: dict[tuple[str, ...], list[tuple[Row, Component]]] = defaultdict(list)
    for line, component in lines_with_components(book, result):
        key = (
            line["payee_id"], line["plan_id"], line["component_id"], line["measured_period"], line["segment"]
        )  # fmt: skip
        chains[key].append((line, component))
    for chain in chains.values():
        paid = highest = 0
        for line, component in chain:
            expected = line["earned_to_date"]
            if component.accumulation == "cumulative":
                highest = max(highest, line["earned_to_date"])
                expected = (line["earned_to_date"] if component.recovers else highest) - paid
            if line["reason"] in EXCLUDED:
                expected = 0
            paid += expected
            if line["before_limits"] != expected:
                yield f"expected {expected}: {line}"


def a_shared_target_counts_each_transaction_once(book: Book, result: RunResult) -> Iterator[str]:
    facts = fact_amounts(book)
    calendar = book.company.calendar
    for line, component in lines_with_components(book, result):
        limits = component.deals != type(component.deals)()
        if component.scope != "shared" or component.measure not in facts or limits:
            continue
        start = calendar.parse(line["measured_period"]).start
        total = sum(
            amount for amount, day in facts[component.measure].values() if start <= day < line["period_end"]
        )
        if line["credit"] != total:
            yield f"{total} was won, {line}"


def payouts_stay_between_floor_and_cap(book: Book, result: RunResult) -> Iterator[str]:
    for line, component in lines_with_components(book, result):
        earned, digits = line["earned_to_date"], result.digits
        if component.cap and component.cap.amount is not None:
            cap = to_minor(component.cap.amount, digits)
            if earned > cap or line["payout"] > cap:
                yield f"above the cap: {line}"
        if component.floor and component.floor.amount is not None and component.pays.way != "pool":
            floor = to_minor(component.floor.amount, digits)
            paid_by_rule = line["reason"] in (
                "",
                "already_paid",
                "period_not_over",
                "zero_rate",
                "below_threshold",
            )
            if (
                paid_by_rule
                and line["gate_open"] is not False
                and line["attainment"] is not None
                and earned < floor
            ):
                yield f"below the floor: {line}"


def limits_hold(book: Book, result: RunResult) -> Iterator[str]:
    """In no period is more paid than a payee limit of plain money, or than the budget."""
    calendar, plans = book.company.calendar, {plan.id: plan for plan in book.plans}
    sums: Counter[tuple[Any, ...]] = Counter()
    for line in result.lines.to_pylist():
        plan, last_day = plans[line["plan_id"]], line["period_end"] - timedelta(days=1)
        for limit in plan.payee_limits:
            if limit.amount is not None and not limit.components:
                period = calendar.period_of(last_day, limit.per).label
                sums[line["payee_id"], line["plan_id"], period, limit.amount] += line["payout"]
        if plan.budget:
            period = calendar.period_of(last_day, plan.budget.per).label
            sums["everybody", line["plan_id"], period, plan.budget.amount] += line["payout"]
    for key, paid in sums.items():
        if paid > to_minor(key[-1], result.digits):
            yield f"{paid} is paid within {key}"


def a_negative_payout_has_its_cause(book: Book, result: RunResult) -> Iterator[str]:
    """Drawn rates are never negative, so a table falls below 0 for a positive input only where a line goes
    on beyond its points; elsewhere less than nothing needs a negative input, or is taken back."""
    for line, component in lines_with_components(book, result):
        if line["payout"] >= 0 or _falls(component) or pays_on_another(component):
            continue  # what deals pay on may be below 0 although what they count is not
        if component.accumulation == "cumulative" and not component.recovers:
            yield f"a cumulative line took back: {line}"
        below = (
            (line["credit"] or 0) < 0 or component.input == "growth" or component.table_per == "transaction"
        )
        if component.accumulation == "discrete" and not below:
            yield f"negative without a negative input: {line}"


def _falls(component: Component) -> bool:
    tables = [component.table, *([component.multiplier.table] if component.multiplier else [])]
    tables += [other.table for other in component.when]
    bent = ("linear", "average_rate", "overage")
    return any(table.kind in bent or getattr(table, "before_first", "") == "extend" for table in tables)


def lines_lie_within_the_time_on_the_plan(book: Book, result: RunResult) -> Iterator[str]:
    spans: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for row in book.tables["payees"].to_pylist():
        spans[row["payee_id"]].append((row["starts_on"], row["ends_on"]))
    seen: set[tuple[str, ...]] = set()
    for line in result.lines.to_pylist():
        if not any(
            start < line["period_end"] and (end is None or end > line["period_start"])
            for start, end in spans[line["payee_id"]]
        ):
            yield f"not employed: {line}"
        key = (line["payee_id"], line["plan_id"], line["component_id"], line["period"], line["segment"])
        if key in seen:
            yield f"twice: {key}"
        seen.add(key)
        over = line["period_end"] <= book.company.as_of + timedelta(days=1)
        if line["status"] != ("final" if over else "open"):
            yield f"status: {line}"


def effective_quotas_add_up(book: Book, result: RunResult) -> Iterator[str]:
    """A payee's effective part is what the plain calculator makes of it; a level's parts are added up; nobody
    earns an open seat."""
    naive, calendar = Naive(book, result.plan_set), book.company.calendar
    targets = {target.id: target for target in book.targets}
    rows = {(row["target_id"], row["owner"], row["period"]): row for row in result.standings.to_pylist()}
    for (target_id, owner, label), row in rows.items():
        kind, _, who = owner.partition(":")
        expected = row["target"]
        if kind == "payee":
            expected = naive.effective(target_id, who, row["target"], calendar.parse(label))
        if row["effective"] != expected:
            yield f"effective {expected} against {row}"
        below = {p.owner for p in targets[target_id].portions if p.of == owner}
        found = [
            rows[target_id, part, label]["effective"] for part in below if (target_id, part, label) in rows
        ]
        if row["parts"] != (sum(found) if found else None):
            yield f"parts {found} against {row}"
        if kind == "vacancy" and (row["actual"] or row["attainment"] is not None):
            yield f"an open seat that earned: {row}"


LAWS = (
    effective_quotas_add_up,
    nothing_is_left_out,
    parts_add_up_to_their_line,
    parts_belong_to_lines_and_keep_their_order,
    a_catch_up_follows_its_deal,
    an_input_is_what_its_line_says,
    statements_add_up_to_lines,
    credits_of_a_rule_add_up_to_the_transaction,
    a_line_of_zero_has_a_reason_and_no_other_has,
    cumulative_lines_sum_to_the_finished_cell,
    a_shared_target_counts_each_transaction_once,
    payouts_stay_between_floor_and_cap,
    limits_hold,
    a_negative_payout_has_its_cause,
    lines_lie_within_the_time_on_the_plan,
)


def ipc(table: pa.Table) -> bytes:
    """The table's bytes in Arrow's own format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return bytes(sink.getvalue())
