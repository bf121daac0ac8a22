"""docs/plan.md cannot drift: its examples are run, and its fields and defaults are the records' own."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revplan.model.adjustments import AtRisk, Band, BelowZero, Clawback, Draw, Instalment, OnEvent, Scheduled
from revplan.model.book import Book, Company
from revplan.model.credit import Credit
from revplan.model.deals import Deals, PaysOn, Which
from revplan.model.plan import (
    Alternative,
    Assigned,
    Bounded,
    Budget,
    Component,
    Condition,
    Gate,
    Keyed,
    Leave,
    Limit,
    Multiplier,
    Overage,
    PayLimit,
    PaysPool,
    Plan,
    Ramp,
    Steps,
)
from revplan.model.plan_text import read_targets
from revplan.model.record import Record
from revplan.model.record_text import number_text, write_record
from revplan.model.results import RunResult
from revplan.model.tables import TABLES
from revplan.money import to_minor
from revplan.rules.check.book import check_plan
from revplan.rules.run import run

PAGE = (Path(__file__).parent.parent / "docs" / "plan.md").read_text(encoding="utf-8")
TRAITS = r"(?: of (\w))?(?: for (\d+) months)?(?: with (\d+)% to Bob)?"
MONTHS = {"January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6}
COMPANY = Company.model_validate(
    {
        "name": "Example",
        "as_of": "2026-06-30",
        "team": [{"id": "sales", "name": "Sales"}, {"id": "marketing", "name": "Marketing"}],
    }
)
TARGETS = """
[[target]]
id = "quota"
name = "Quota"
measure = "won_revenue"
year = [{ year = 2026, total = 800_000 }]
portion = [
  { owner = "team:sales", share = 1 },
  { owner = "payee:ada", of = "team:sales", share = 0.5 },
  { owner = "payee:bob", of = "team:sales", share = 0.5 },
]
[[target]]
id = "company"
name = "Company"
measure = "won_revenue"
shared_with = [{ team = "sales" }, { team = "marketing" }]
year = [{ year = 2026, total = 1_000_000 }]
[[target]]
id = "retention"
name = "Retention"
measure = "nrr"
year = [{ year = 2026, total = 0.9 }]
portion = [{ owner = "payee:ada", share = 1 }, { owner = "payee:bob", share = 1 }]
"""
EMPTY: dict[str, Any] = {
    "id": "example",
    "name": "Example",
    "measure": "won_revenue",
    "target": "quota",
    "pays": {"way": "incentive", "weight": 1},
    "table": {"kind": "marginal", "tiers": [{"from": 0, "rate": 1}]},
}


@dataclass(frozen=True)
class Example:
    """A block of TOML with one row of the table that follows it."""

    line: int
    block: str
    facts: str
    pays: str


def examples() -> Iterator[Example]:
    head = r"\| in Q1 2026 \| Ada is paid \||\| in 2026 \| Ada's statements \|"
    pattern = rf"```toml\n((?:(?!```).)*?)```\n\n(?:{head})\n\|---\|---\|\n((?:\|[^\n]*\|\n)+)"
    for found in re.finditer(pattern, PAGE, re.DOTALL):
        line = PAGE.count("\n", 0, found.start()) + 1
        for row in found.group(2).splitlines():
            facts, pays = (cell.strip() for cell in row.strip("|").split("|"))
            yield Example(line, found.group(1), facts, pays)


EXAMPLES = list(examples())


def plan_of(block: str) -> Plan:
    """The block merged into the example component, or into a whole plan when it names components."""
    without_target = "target = none\n" in block
    document = tomllib.loads(block.replace("target = none\n", ""), parse_float=Decimal)
    if "component" not in document:
        document = {"component": [document]}
    base = {name: value for name, value in EMPTY.items() if name != "target" or not without_target}
    document["component"] = [base | component for component in document["component"]]
    plan = {
        "id": "plan",
        "name": "Plan",
        "sets": ["now"],
        "from": "2026-01-01",
        "assigned": {"teams": ["sales"]},
    }
    return Plan.model_validate(plan | document)


def money(text: str) -> int:
    return to_minor(Decimal(text.replace(",", "")), 2)


def tables_of(facts: str) -> dict[str, pa.Table]:
    """The facts of a row as canonical tables. A fact that is not understood is an error."""
    rows: dict[str, list[dict[str, Any]]] = {
        "payees": [person(name) for name in ("ada", "bob", "cara")],
        "leaves": [],
        "opportunities": [],
        "opportunity_splits": [],
        "leads": [],
        "touches": [],
        "scores": [],
        "cancellations": [],
        "payments": [],
    }
    for fact in facts.split("; "):
        if found := re.fullmatch(r"(Bob )?won(?: in (\w+))? ([-\d,. +]+?)" + TRAITS, fact):
            for amount in found[3].split(" + "):
                number = len(rows["opportunities"]) + 1
                owner, month = ("bob" if found[1] else "ada"), MONTHS[found[2] or "January"]
                rows["opportunities"].append(
                    {
                        "opportunity_id": f"d{number}",
                        "owner_id": owner,
                        "outcome": "won",
                        "amount": money(amount),
                        "closed_on": date(2026, month, 15 + number) if found[2] else date(2026, 2, number),
                        "product": found[4],
                        "term_months": int(found[5]) if found[5] else None,
                    }
                )
                if found[6]:
                    for who, share in (("bob", int(found[6])), ("ada", 100 - int(found[6]))):
                        rows["opportunity_splits"].append(
                            {"opportunity_id": f"d{number}", "payee_id": who, "share": share * 10_000}
                        )
        elif found := re.fullmatch(r"touched by ([\w, ]+)", fact):
            rows["touches"] = [
                {
                    "touch_id": f"t{number}",
                    "touched_on": touch_day(number),
                    "channel": "web",
                    "payee_id": who.lower(),
                    "opportunity_id": "d1",
                }
                for number, who in enumerate(found[1].split(", "), 1)
            ]
        elif found := re.fullmatch(r"lead at touch (\d)", fact):
            rows["leads"] = [
                {"lead_id": "l1", "created_on": touch_day(int(found[1])), "opportunity_id": "d1"}
            ]
        elif found := re.fullmatch(r"opened at touch (\d)", fact):
            rows["opportunities"][0]["created_on"] = touch_day(int(found[1]))
        elif found := re.fullmatch(r"(\d+) meetings", fact):
            for number in range(int(found[1])):
                day = date(2026, 2, number + 1)
                rows["leads"].append(
                    {"lead_id": f"l{number}", "created_on": day, "meeting_on": day, "owner_id": "ada"}
                )
        elif found := re.fullmatch(r"satisfaction (\d+)%", fact):
            score = {
                "payee_id": "ada",
                "kpi": "satisfaction",
                "period": "2026-Q1",
                "score": int(found[1]) * 10_000,
            }
            rows["scores"].append(score)
        elif found := re.fullmatch(r"on leave (\S+) to (\S+)", fact):
            starts, ends = date.fromisoformat(found[1]), date.fromisoformat(found[2]) + timedelta(days=1)
            rows["leaves"].append({"payee_id": "ada", "starts_on": starts, "ends_on": ends})
        elif found := re.fullmatch(r"moved (\S+)", fact):
            moved = {"team": "marketing", "starts_on": date.fromisoformat(found[1])}
            rows["payees"].insert(1, rows["payees"][0] | moved)
        elif found := re.fullmatch(r"(joined|left) (\S+)", fact):
            column = "starts_on" if found[1] == "joined" else "ends_on"
            rows["payees"][0][column] = date.fromisoformat(found[2])
        elif found := re.fullmatch(r"(half of )?deal (\d) cancelled in (\w+)", fact):
            cancelled: dict[str, Any] = {"cancellation_id": f"c{found[2]}", "transaction_id": f"d{found[2]}"}
            cancelled |= {"cancelled_on": date(2026, MONTHS[found[3]], 25)}
            rows["cancellations"].append(cancelled | ({"share": 500_000} if found[1] else {}))
        elif found := re.fullmatch(r"cash of ([\d,]+) for deal (\d) in (\w+)", fact):
            paid = {"payment_id": f"p{len(rows['payments'])}", "opportunity_id": f"d{found[2]}"}
            rows["payments"].append(
                paid | {"amount": money(found[1]), "paid_on": date(2026, MONTHS[found[3]], 5)}
            )
        else:
            raise AssertionError(f"{fact!r} is not understood")
    return {name: pa.Table.from_pylist(found, TABLES[name].schema) for name, found in rows.items()}


def touch_day(number: int) -> date:
    """The touches of a deal, which closes in February, are a day apart."""
    return date(2026, 1, number)


def person(name: str) -> dict[str, Any]:
    return {
        "payee_id": name,
        "name": name.capitalize(),
        "team": "sales",
        "role": "rep",
        "manager_id": None if name == "cara" else "cara",
        "starts_on": date(2025, 1, 1),
        "target_incentive": 4_000_000,
    }


def book(plan: Plan, facts: str) -> Book:
    targets, issues = read_targets(TARGETS)
    assert targets is not None, issues
    return Book(COMPANY, (plan,), targets.targets, tables_of(facts))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"line {each.line}: {each.facts}")
def test_an_example_pays_what_the_page_says(example: Example) -> None:
    plan = plan_of(example.block)
    result = run(book(plan, example.facts), "now")
    if example.pays[0].isalpha():
        assert statements(result) == stated(example.pays)
        return
    lines = result.lines.to_pylist()
    mine = [line for line in lines if line["payee_id"] == "ada" and line["measured_period"] == "2026-Q1"]
    expected = [money(each) for each in re.split(r", (?=-?\d[\d,]*\.\d\d)| and ", example.pays)]
    assert [line["payout"] for line in mine] == expected


def statements(result: RunResult) -> dict[str, int]:
    """Ada's account of each month that comes to anything."""
    rows = result.statements.to_pylist()
    mine = (row for row in rows if row["payee_id"] == "ada" and row["entry"] == "total" and row["amount"])
    return {row["period"]: row["amount"] for row in mine}


def stated(text: str) -> dict[str, int]:
    """January 2,000.00, March 500.00."""
    found = re.findall(r"([A-Z][a-z]+) (-?[\d,]+\.\d\d)", text)
    return {f"2026-{MONTHS[month]:02d}": money(amount) for month, amount in found}


@pytest.mark.parametrize("block", list(dict.fromkeys(example.block for example in EXAMPLES)))
def test_no_example_is_refused_by_the_plan_check(block: str) -> None:
    plan = plan_of(block)
    issues = check_plan(plan, book(plan, "won 1"))
    # Cara has no part of the quota; everything else that is flagged is what an example shows.
    assert [issue.code for issue in issues if issue.severity == "error"] == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 40


DOCUMENTED: dict[type[Record], set[str]] = {
    Plan: set(),
    Ramp: set(),
    Leave: set(),
    Assigned: set(),
    Component: set(),
    Credit: set(),
    Overage: {"tiers", "kind"},
    Steps: {"steps", "kind"},
    Bounded: set(),
    Limit: set(),
    PayLimit: set(),
    PaysPool: {"way"},
    Budget: set(),
    Deals: set(),
    PaysOn: set(),
    Keyed: {"kind"},
    Which: set(),
    Gate: set(),
    Alternative: set(),
    Condition: set(),
    Multiplier: set(),
    Draw: set(),
    Clawback: set(),
    Band: set(),
    OnEvent: {"way"},
    Scheduled: {"way"},
    Instalment: set(),
    AtRisk: {"way"},
    BelowZero: set(),
}


def fields() -> Iterator[tuple[str, str, str]]:
    for model, apart in DOCUMENTED.items():
        for name, field in model.model_fields.items():
            shown = field.alias or name
            if shown in apart:
                continue
            yield model.__name__, shown, "required" if field.is_required() else default_text(field.default)


def default_text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Record):
        written = write_record(value).strip()
        return f"`{{ {written} }}`" if written else "`{}`"
    if isinstance(value, tuple):
        texts = (
            default_text(each).strip("`") if isinstance(each, Record) else number_text(each) for each in value
        )
        return f"`[{', '.join(texts)}]`"
    if isinstance(value, Decimal):
        return f"`{number_text(value)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{value}`"


@pytest.mark.parametrize(("model", "name", "default"), list(fields()))
def test_every_field_is_on_the_page_with_its_default(model: str, name: str, default: str) -> None:
    rows = re.findall(rf"^\| `{name}` \| (.+?) \|", PAGE, re.MULTILINE)
    assert default in rows, f"{model}.{name}: the page says {rows}, the record {default}"
