"""The sample company: the same bytes each time, whole, and as large as it says."""

import csv
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from revplan.data.book_folder import read_book, write_book
from revplan.model.tables import TABLES
from revplan.rules.check.book import check_book

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
GENERATED = sorted([*SAMPLE.glob("*.csv"), SAMPLE / "targets.toml", *(SAMPLE / "uploads").iterdir()])


def rows(table: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample made anew by a fresh interpreter with another hash seed, in another time zone."""
    folder = tmp_path_factory.mktemp("larkfield")
    settings = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, str(SAMPLE / "generate.py"), str(folder)], check=True, env=settings)
    return folder


def test_generator_makes_the_committed_files_byte_for_byte(remade):
    made = {path.relative_to(remade): path.read_bytes() for path in remade.rglob("*") if path.is_file()}
    assert {path.relative_to(SAMPLE) for path in GENERATED} <= made.keys()
    different = [str(name) for name, content in made.items() if (SAMPLE / name).read_bytes() != content]
    assert different == []


def test_no_file_is_left_over_from_an_earlier_generator(remade):
    left = [path.name for path in GENERATED if not (remade / path.relative_to(SAMPLE)).is_file()]
    assert left == []


def test_every_table_has_exactly_the_declared_columns():
    for name, spec in TABLES.items():
        header = (SAMPLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(column.name for column in spec.columns)


def test_files_are_small_and_have_unix_line_ends():
    book = [path for path in GENERATED if path.parent == SAMPLE]
    assert sum(path.stat().st_size for path in book) < 6_000_000
    assert [path.name for path in book if b"\r" in path.read_bytes()] == []


def test_book_folder_reads_without_a_single_issue():
    book, issues = read_book(SAMPLE)
    assert issues == ()
    assert book is not None
    assert book.plan_sets() == ("shared", "volume")


def test_book_folder_survives_being_written_and_read_again(tmp_path):
    book, _ = read_book(SAMPLE)
    assert book is not None
    write_book(book, tmp_path)
    again, issues = read_book(tmp_path)
    assert issues == ()
    assert again is not None
    assert (again.company, again.targets) == (book.company, book.targets)
    assert sorted(again.plans, key=lambda p: (p.id, p.version)) == sorted(
        book.plans, key=lambda p: (p.id, p.version)
    )
    for name, spec in TABLES.items():
        own = [column.name for column in spec.columns]
        assert again.tables[name].select(own).equals(book.tables[name].select(own)), name


def test_plan_check_refuses_nothing_and_warns_only_of_pay_on_volume():
    book, _ = read_book(SAMPLE)
    assert book is not None
    issues = check_book(book)
    assert [issue for issue in issues if issue.severity == "error"] == []
    warnings = {(issue.code, issue.where.plan) for issue in issues if issue.severity == "warning"}
    assert {code for code, _ in warnings} == {
        "plan.volume_without_shared_revenue",
        "plan.volume_rate_without_shared_revenue",
    }
    assert all(plan.endswith("-volume") for _, plan in warnings)


def test_company_is_as_large_as_promised():
    people = {row["payee_id"] for row in rows("payees")}
    assert 38 <= len(people) <= 46
    assert 5_500 <= len(rows("leads")) <= 6_800
    assert len(rows("touches")) == 12_000
    assert 1_700 <= len(rows("opportunities")) <= 1_950
    assert {row["outcome"] for row in rows("opportunities")} == {"open", "won", "lost"}
    assert {row["kind"] for row in rows("opportunities")} == {"new", "expansion", "renewal"}


def test_people_join_leave_move_and_are_promoted():
    jobs = rows("payees")
    ids = Counter(row["payee_id"] for row in jobs)
    by_start = sorted(jobs, key=lambda row: row["starts_on"])
    changes = {
        (first["team"], first["role"], second["team"], second["role"])
        for payee, number in ids.items()
        if number == 2
        for first, second in [[row for row in by_start if row["payee_id"] == payee]]
    }
    assert changes == {
        ("mid-market", "SDR", "mid-market", "Mid-market AE"),
        ("mid-market", "SDR", "marketing", "Marketer"),
    }
    only = [row for row in jobs if ids[row["payee_id"]] == 1]
    assert sum(row["ends_on"] != "" for row in only) >= 4
    assert sum(row["starts_on"] >= "2025" for row in only) >= 4


def test_about_a_tenth_of_the_deals_is_in_euro():
    deals = rows("opportunities")
    euro = sum(row["currency"] == "EUR" for row in deals)
    assert 0.08 <= euro / len(deals) <= 0.13


def test_splits_add_up_to_the_whole_deal():
    shares: Counter[str] = Counter()
    for row in rows("opportunity_splits"):
        whole, _, hundredths = row["share"].partition(".")
        shares[row["opportunity_id"]] += int(whole) * 100 + int(hundredths)
    assert len(shares) > 100
    assert set(shares.values()) == {100}


def test_deals_that_marketing_brought_have_journeys_of_up_to_seven_touches():
    journeys = Counter(row["opportunity_id"] for row in rows("touches") if row["opportunity_id"])
    sourced = [
        row["opportunity_id"]
        for row in rows("opportunities")
        if row["source"] == "marketing" and row["kind"] == "new"
    ]
    lengths = [journeys[deal] for deal in sourced]
    assert min(lengths) >= 1
    assert max(lengths) == 7
    assert 3 <= sum(lengths) / len(lengths) <= 5


def test_no_lead_touch_or_payment_lies_after_the_as_of_date():
    as_of = "2026-10-31"
    for table, column in (("leads", "meeting_on"), ("touches", "touched_on"), ("payments", "paid_on")):
        assert max(row[column] for row in rows(table)) <= as_of
    assert max(row["closed_on"] for row in rows("opportunities") if row["outcome"] != "open") <= as_of


def test_a_lead_never_goes_back_in_time():
    for row in rows("leads"):
        days = [row[name] for name in ("created_on", "mql_on", "sql_on", "meeting_on") if row[name]]
        assert days == sorted(days), row


def test_some_invoices_are_paid_late_and_some_not_at_all():
    due = {row["invoice_id"]: date.fromisoformat(row["due_on"]) for row in rows("invoices")}
    paid = {row["invoice_id"]: date.fromisoformat(row["paid_on"]) for row in rows("payments")}
    long_due = [invoice for invoice, day in due.items() if day < date(2026, 6, 30)]
    late = sum(invoice in paid and paid[invoice] > due[invoice] for invoice in long_due)
    never = sum(invoice not in paid for invoice in long_due)
    assert 0.15 <= late / len(long_due) <= 0.35
    assert 0.01 <= never / len(long_due) <= 0.08


def test_payments_never_exceed_their_invoice():
    paid: Counter[str] = Counter()
    for row in rows("payments"):
        paid[row["invoice_id"]] += int(row["amount"].replace(".", ""))
    amounts = {row["invoice_id"]: int(row["amount"].replace(".", "")) for row in rows("invoices")}
    assert all(paid[invoice] <= amounts[invoice] for invoice in paid)
