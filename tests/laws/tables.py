"""Rate tables of every kind, drawn: awkward thresholds, rates with many digits, jumps, both edges."""

from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from revplan.model.plan import Table
from tests.laws.chance import Chance, maybe

_TABLE: TypeAdapter[Table] = TypeAdapter(Table)

KINDS = ("marginal", "whole", "overage", "linear", "average_rate", "steps")
BY_ATTAINMENT = (
    "0.25",
    "0.333333",
    "0.5",
    "0.8",
    "0.85",
    "0.999999",
    "1",
    "1.000001",
    "1.1",
    "1.2",
    "1.5",
    "3",
)
BY_AMOUNT = ("0.01", "99.99", "100", "333.33", "499.99", "500", "1000", "12345.67", "1000000", "99999999.99")
RATES = ("0", "1", "0.05", "0.08", "0.1", "0.123457", "0.333333", "0.5", "1.4", "1.6", "2.5")
AMOUNTS = ("0", "0.01", "0.23", "100", "333.33", "10000", "99999.99")


def draw_table(chance: Chance, way: str, by_attainment: bool) -> Table:
    """A table whose thresholds are in attainment or in money, and whose numbers fit the way to pay:
    rates and multiples for `rate` and `incentive`, money for `fixed`."""
    kind = chance.pick(("linear", "steps") if way == "fixed" else KINDS)
    known = BY_ATTAINMENT if by_attainment else BY_AMOUNT
    content: dict[str, Any] = {
        "kind": kind,
        "edge": chance.pick(("higher", "lower")),
        "before_first": chance.pick(("zero", "flat", "extend")),
        "after_last": chance.pick(("extend", "flat", "zero")),
        "on_negative": chance.pick(("extend", "zero")),
    }
    values = AMOUNTS if way == "fixed" else RATES
    if kind in ("linear", "average_rate", "steps"):
        ats = _ascending(chance, known, chance.whole(2, 5))
        what = "rate" if kind == "average_rate" else "pays"
        rows = [{"at": at, what: chance.pick(values)} for at in ats]
        if kind == "linear" and maybe(chance, 3):  # two points at one place: a jump inside a line
            rows.insert(-1, {"at": ats[-1], what: chance.pick(values)})
        content["steps" if kind == "steps" else "points"] = rows
        content |= {"add_up": maybe(chance)} if kind == "steps" else {}
    else:
        ats = _ascending(chance, known, chance.whole(1, 4))
        if kind == "overage":
            content["above"] = next(at for at in ats if at > 0)
            ats = sorted({Decimal(0), *ats[maybe(chance) :]})
        tiers = [{"from": at, "rate": chance.pick(values)} for at in ats]
        if maybe(chance):
            tiers[-1]["to"] = ats[-1] * 2 + 1
        content["tiers"] = tiers
    return _TABLE.validate_python(content)


def _ascending(chance: Chance, known: tuple[str, ...], count: int) -> list[Decimal]:
    """`count` thresholds in order, half of the time from 0; at least one lies above it."""
    start = chance.whole(0, len(known) - 1)
    ats = {Decimal(known[(start + 5 * i) % len(known)]) for i in range(count)}
    return sorted({Decimal(0), *ats} if maybe(chance) else ats)
