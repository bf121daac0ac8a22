"""The catalogue of measures: named formulas over the canonical tables, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from revplan.model.book import Company, CustomMeasure, Where
from revplan.model.credit import ATTRIBUTED
from revplan.model.plan import Plan
from revplan.model.results import Unit
from revplan.model.tables import TABLES
from revplan.money import MILLION

Kind = Literal["sum", "retention", "score", "payouts"]

OWNED = frozenset({"owner", "splits"})

# Which credit rules can find somebody, by table. Usage has no owner but the account's.
_FITS: Mapping[str, frozenset[str]] = {
    "leads": OWNED,
    "touches": OWNED,
    "usage": frozenset({"csm"}),
    **dict.fromkeys(
        ("opportunities", "quotes", "orders", "contracts", "invoices", "payments"),
        OWNED | ATTRIBUTED | {"csm"},
    ),
}
PAYOUTS = "payouts:"
"""Before the plan (and component) whose payouts a measure adds up."""
COUNTABLE = frozenset(_FITS)
"""Tables whose rows a measure can count."""


@dataclass(frozen=True)
class Measure:
    """A measure. `definition` says which rows count and how much; ratios have none.

    `kind`: a sum of facts (dated transactions), retention of ARR by account, manual scores, or what
    other components pay.
    `fits` are the credit rules that can apply; a ratio has a value, not credit, so it has none.
    `touched_within` keeps only facts with a marketing touch in that many days before.
    """

    name: str
    title: str
    unit: Unit
    kind: Kind = "sum"
    definition: CustomMeasure | None = None
    better: Literal["higher", "lower"] = "higher"
    touched_within: int | None = None

    @property
    def additive(self) -> bool:
        """Whether amounts of months add up to the amount of a quarter."""
        return self.kind in ("sum", "payouts")

    @property
    def fits(self) -> frozenset[str]:
        """Credit rules that can apply."""
        if self.kind == "payouts":
            return OWNED
        return _FITS[self.definition.table] if self.definition else frozenset()


def unit_scale(unit: Unit, digits: int) -> int:
    """How many of a unit's stored units make one: 100 cents in a dollar, a million in a lead."""
    return 10**digits if unit == "money" else MILLION


def _sum(
    name: str, title: str, table: str, day: str, *plus: str, where: tuple[Where, ...] = ()
) -> CustomMeasure:
    return CustomMeasure(id=name, name=title, table=table, date=day, plus=plus, where=where)


def _is(column: str, value: str) -> Where:
    return Where.model_validate({"column": column, "is": "=", "value": value})


_WON = _is("outcome", "won")
_BUILT_IN = (
    _sum("leads", "Leads", "leads", "created_on"),
    _sum("mqls", "Marketing-qualified leads", "leads", "mql_on"),
    _sum("sqls", "Sales-qualified leads", "leads", "sql_on"),
    _sum("meetings", "Meetings held", "leads", "meeting_on"),
    _sum("pipeline_created", "Pipeline created", "opportunities", "created_on", "amount"),
    _sum("qualified_opportunities", "Qualified opportunities", "opportunities", "created_on"),
    _sum("won_revenue", "Won revenue", "opportunities", "closed_on", "amount", where=(_WON,)),
    _sum("won_deals", "Won deals", "opportunities", "closed_on", where=(_WON,)),
    _sum(
        "sourced_revenue",
        "Revenue sourced by marketing",
        "opportunities",
        "closed_on",
        "amount",
        where=(_WON, _is("source", "marketing")),
    ),
    _sum(
        "influenced_revenue",
        "Revenue influenced by marketing",
        "opportunities",
        "closed_on",
        "amount",
        where=(_WON,),
    ),
    _sum("new_arr", "New ARR", "contracts", "starts_on", "arr", where=(_is("kind", "new"),)),
    _sum(
        "expansion_arr", "Expansion ARR", "contracts", "starts_on", "arr", where=(_is("kind", "expansion"),)
    ),
    _sum("renewal_arr", "Renewal ARR", "contracts", "starts_on", "arr", where=(_is("kind", "renewal"),)),
    _sum("contracted_arr", "Contracted ARR", "contracts", "starts_on", "arr"),
    _sum("renewed_logos", "Customers renewed", "contracts", "starts_on", where=(_is("kind", "renewal"),)),
    _sum("ordered_revenue", "Ordered revenue", "orders", "ordered_on", "amount"),
    _sum("invoiced_revenue", "Invoiced revenue", "invoices", "invoiced_on", "amount"),
    _sum("cash_collected", "Cash collected", "payments", "paid_on", "amount"),
)
INFLUENCE_DAYS = 180
"""Look-back of influenced revenue, in days before the close."""

_RATIOS = (
    Measure("nrr", "Net revenue retention", "ratio", "retention"),
    Measure("grr", "Gross revenue retention", "ratio", "retention"),
)


def measures(company: Company) -> dict[str, Measure]:
    """Every measure by name: built in, the company's own (which may not take a built-in name)."""
    found = {d.id: _of(d) for d in (*company.measures, *_BUILT_IN)}
    return found | {measure.name: measure for measure in _RATIOS}


def measure_of(company: Company, name: str) -> Measure:
    """The measure of that name; `score:<kpi>` names manual results, `payouts:<plan>` what a plan pays,
    and `payouts:<plan>/<component>` what one component of it does. KeyError when there is none."""
    found = find_measure(company, name)
    if found is None:
        raise KeyError(name)
    return found


def find_measure(company: Company, name: str) -> Measure | None:
    """As `measure_of`; None when there is none."""
    if name.startswith(PAYOUTS) and all(paid_by(name)[:1]):
        return Measure(name, name.removeprefix(PAYOUTS), "money", "payouts")
    if name.startswith("score:") and len(name) > len("score:"):
        return Measure(name, name.removeprefix("score:"), "ratio", "score")
    return measures(company).get(name)


def payout_titles(plans: Iterable[Plan]) -> dict[str, str]:
    """What each plan pays, and each of its components, as measures with the plan's own words for a title."""
    found = {}
    for plan in plans:
        found[f"{PAYOUTS}{plan.id}"] = plan.name
        found |= {f"{PAYOUTS}{plan.id}/{part.id}": f"{plan.name} · {part.name}" for part in plan.components}
    return found


def paid_by(name: str) -> tuple[str, str]:
    """The plan and the component ("" for all of the plan's) whose payouts a measure adds up.

    ("", "") for a measure of anything else.
    """
    if not name.startswith(PAYOUTS):
        return "", ""
    plan, _, component = name.removeprefix(PAYOUTS).partition("/")
    return plan, component


def _of(definition: CustomMeasure) -> Measure:
    spec = TABLES[definition.table]
    kinds = {spec.column(name).kind for name in (*definition.plus, *definition.minus)}
    if not kinds <= {"money"} and not kinds <= {"count", "fraction"}:
        raise ValueError(f"measure {definition.id}: its columns are {sorted(kinds)}, which cannot be added")
    return Measure(
        definition.id,
        definition.name,
        "money" if "money" in kinds else "count",
        "sum",
        definition,
        definition.better,
        INFLUENCE_DAYS if definition.id == "influenced_revenue" else None,
    )
