"""What is true of every run's adjustments. A law takes a book and its result, and returns what breaks it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from revplan.model.adjustments import BelowZero
from revplan.model.book import Book
from revplan.model.results import RunResult

Row = Mapping[str, Any]
HELD = ("held", "released")
OWES = ("recoverable", "recoverable_then_forgiven")


def every_adjustment_stands_on_its_statement(book: Book, result: RunResult) -> Iterator[str]:
    """With its amount and balance, in its month and team; the numbers count from 1 in order."""
    rows = result.adjustments.to_pylist()
    if [row["adjustment_id"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "numbers are not in order"
    columns = ("payee_id", "team_id", "period", "kind", "component_id", "amount", "balance", "status")
    made = Counter(tuple(row[name] for name in (*columns, "cause")) for row in rows)
    entries = (row for row in result.statements.to_pylist() if row["entry"] == "adjustment")
    said = Counter(tuple(row[name] for name in (*columns, "paid_for")) for row in entries)
    if made != said:
        yield f"{made - said} against {said - made}"


def what_is_held_is_what_was_held_less_what_was_released(book: Book, result: RunResult) -> Iterator[str]:
    held: Counter[tuple[str, str]] = Counter()
    for row in result.adjustments.to_pylist():
        if row["kind"] in HELD:
            who = (row["payee_id"], row["plan_id"])
            held[who] -= row["amount"]
            if held[who] != row["balance"] or held[who] < 0:
                yield f"{held[who]} is held: {row}"


def pay_held_and_clawed_back_is_never_more_than_was_earned(book: Book, result: RunResult) -> Iterator[str]:
    """For each deal of a component, or for its lines where a line is held or clawed back as a whole."""
    earned, kept = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for line in result.lines.to_pylist():
        earned[line["payee_id"], line["plan_id"], line["component_id"]] += max(0, line["payout"])
    whose = {line["line_id"]: line["plan_id"] for line in result.lines.to_pylist()}
    for part in result.parts.to_pylist():
        if part["kind"] == "deal":
            deal = (part["payee_id"], whose[part["line_id"]], part["component_id"], part["opportunity_id"])
            earned[deal] += max(0, part["part"])
        if part["kind"] == "catch_up":
            component = (part["payee_id"], whose[part["line_id"]], part["component_id"], "", "catch-up")
            earned[component] += max(0, part["part"])
    clawed = Counter[tuple[str, ...]]()
    for row in result.adjustments.to_pylist():
        key: tuple[str, ...] = (row["payee_id"], row["plan_id"], row["component_id"])
        if row["kind"] in (*HELD, "clawback"):
            kept[key] -= row["amount"]
        if row["kind"] == "clawback":
            clawed[(*key, row["cause"])] -= row["amount"]
            if row["amount"] > 0:
                yield f"a clawback that pays: {row}"
    by_part = _clawed_by_part(book)
    for key, amount in clawed.items():
        most = earned[key] + earned[(*key[:3], "", "catch-up")]
        if key[1:3] in by_part and amount > most:
            yield f"{amount} taken back of {most}: {key}"
    for key, amount in kept.items():
        if amount > _most(earned, key):
            yield f"{amount} kept of {_most(earned, key)}: {key}"


def _most(earned: Mapping[tuple[str, ...], int], key: tuple[str, ...]) -> int:
    """What a component can keep: its lines above zero, or its deals and catch-ups where some take back."""
    deals = sum(amount for name, amount in earned.items() if len(name) > 3 and name[:3] == key)
    return max(earned.get(key, 0), deals)


def _clawed_by_part(book: Book) -> set[tuple[str, ...]]:
    return {
        (plan.id, component.id)
        for plan in book.plans
        for component in plan.components
        if any(each.basis == "part" for each in plan.clawbacks)
    }


def a_cancellation_takes_back_once(book: Book, result: RunResult) -> Iterator[str]:
    """At most one clawback for each cancellation of a deal and part of pay that it is about."""
    cancelled = Counter(row["transaction_id"] for row in book.tables["cancellations"].to_pylist())
    lines = {line["line_id"]: line for line in result.lines.to_pylist()}
    parts = Counter(
        (part["payee_id"], lines[part["line_id"]]["plan_id"], part["component_id"], part["opportunity_id"])
        for part in result.parts.to_pylist()
        if part["kind"] == "deal"
    )
    found = Counter(
        (row["payee_id"], row["plan_id"], row["component_id"], row["cause"])
        for row in result.adjustments.to_pylist()
        if row["kind"] == "clawback"
    )
    for key, number in found.items():
        if number > cancelled[key[3]] * parts[key]:
            yield f"{key} was taken back {number} times"


def what_is_owed_is_what_was_drawn_less_what_came_back(book: Book, result: RunResult) -> Iterator[str]:
    """By whatever kinds the versions of a plan give the draw; where none of them owes, nothing ever is."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for plan in book.plans:
        for draw in plan.draws:
            kinds[plan.id, draw.id].add(draw.kind)
    owed: Counter[tuple[str, str, str]] = Counter()
    for row in result.adjustments.to_pylist():
        if not row["kind"].startswith("draw"):
            continue
        who = (row["payee_id"], row["plan_id"], row["cause"])
        if row["kind"] == "draw" and row["amount"] <= 0:
            yield f"a draw of nothing: {row}"
        if kinds[who[1:]].isdisjoint(OWES) and (row["kind"] != "draw" or row["balance"] is not None):
            yield f"nothing was owed: {row}"
        if row["kind"] == "draw_forgiven":
            owed[who] = 0
        elif row["kind"] != "draw" or row["reason"] == "below_draw":
            owed[who] += row["amount"]
        if row["balance"] not in (owed[who], None if row["reason"] != "below_draw" else owed[who]):
            yield f"{owed[who]} is owed: {row}"
        if owed[who] < 0:
            yield f"more came back than was owed: {row}"


def what_is_carried_is_what_fell_below_less_what_came_back(book: Book, result: RunResult) -> Iterator[str]:
    carried: Counter[tuple[str, str]] = Counter()
    for row in result.adjustments.to_pylist():
        if row["kind"].startswith("carried"):
            who = (row["payee_id"], row["plan_id"])
            carried[who] = 0 if row["kind"] == "carried_forgiven" else carried[who] + row["amount"]
            if carried[who] != row["balance"] or carried[who] < 0:
                yield f"{carried[who]} is carried: {row}"


def an_account_that_carries_is_never_below_zero(book: Book, result: RunResult) -> Iterator[str]:
    """Each plan's account of each month, unless it deducts, or is the last of somebody who left."""
    accounts: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in result.lines.to_pylist():
        last = line["period_end"].replace(day=1)
        month = (last.year * 12 + last.month - 2) if line["period_end"].day == 1 else 0
        label = f"{month // 12}-{month % 12 + 1:02d}"
        accounts[line["payee_id"], line["plan_id"], label] += line["payout"]
    left = set()
    for row in result.adjustments.to_pylist():
        accounts[row["payee_id"], row["plan_id"], row["period"]] += row["amount"]
        if row["reason"] == "left":
            left.add((row["payee_id"], row["plan_id"], row["period"]))
    terms = {plan.id: plan.below_zero for plan in book.plans} | {"": BelowZero()}
    for key, amount in accounts.items():
        if amount < 0 and terms[key[1]].way == "carry" and key not in left:
            yield f"{key} comes to {amount}"


ADJUSTMENT_LAWS = (
    every_adjustment_stands_on_its_statement,
    what_is_held_is_what_was_held_less_what_was_released,
    pay_held_and_clawed_back_is_never_more_than_was_earned,
    a_cancellation_takes_back_once,
    what_is_owed_is_what_was_drawn_less_what_came_back,
    what_is_carried_is_what_fell_below_less_what_came_back,
    an_account_that_carries_is_never_below_zero,
)
