"""The book folder: what is written is read back the same, and a bad book says everything that is wrong."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revplan.data.book_folder import read_book, write_book
from revplan.issues import Issue
from revplan.model.book import Book, Company, Team
from revplan.model.plan_text import read_plan, read_targets
from revplan.model.tables import ARROW, PROVENANCE, TABLES, Column
from revplan.words.sentences import told

SAMPLE = Path(__file__).parents[2] / "sample_data"

COMPANY = Company(
    name="Ünlü & Söhne",
    currency="XTS",
    minor_digits=4,
    time_zone="Europe/Istanbul",
    fiscal_year_starts=4,
    as_of=date(2100, 1, 1),
    team=(Team(id="sales", name="Sales", kind="sales"), Team(id="marketing", name="Marketing")),
)

PLAN = """
format = 1
id = "ae"
name = "Account executive"
sets = ["shared"]
version = {version}
from = 2026-01-01
[assigned]
teams = ["sales"]
[[component]]
id = "bookings"
name = "Bookings"
measure = "won_revenue"
input = "amount"
pays = {{ way = "rate" }}
table = {{ kind = "marginal", tiers = [{{ from = 0, rate = "8%" }}, {{ from = 500000, rate = 0.125 }}] }}
"""

TARGETS = """
format = 1
[[target]]
id = "revenue"
name = "Shared revenue"
measure = "won_revenue"
grain = "quarter"
shared_with = [{ team = "sales" }, { team = "marketing", from = 2026-04-01 }]
[[target.year]]
year = 2026
amounts = [100000, 250000.50, 300000, 350000]
"""


def plan(version: int):
    found, issues = read_plan(PLAN.format(version=version), "ae.toml")
    assert found is not None, issues
    return found


def targets():
    found, issues = read_targets(TARGETS, "targets.toml")
    assert found is not None, issues
    return found.targets


def round_trip(book: Book) -> Book:
    with tempfile.TemporaryDirectory() as folder:
        write_book(book, Path(folder))
        again, issues = read_book(Path(folder))
    assert again is not None, issues
    return again


def assert_same(again: Book, book: Book) -> None:
    assert again.company == book.company
    assert again.plans == book.plans
    assert again.targets == book.targets
    for name, spec in TABLES.items():
        assert again.tables[name].equals(book.tables.get(name, spec.empty())), name


# ---------------------------------------------------------------- any book

texts = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
amounts = st.integers(0, 10**14)
kinds: dict[str, st.SearchStrategy[Any]] = {
    "id": texts,
    "text": texts,
    "date": st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    "money": amounts,
    "count": st.integers(0, 10**6),
    "fraction": st.integers(0, 2_000_000),
    "rate": st.integers(1, 10**13),
    "currency": st.sampled_from(["USD", "EUR", "JPY", "KWD", "XTS"]),
}
free = (
    "accounts",
    "contacts",
    "leads",
    "touches",
    "opportunities",
    "quotes",
    "orders",
    "invoices",
    "payments",
)
"""Tables whose rows can be anything; the others have rules across rows, which `checks` holds them to."""


def cells(column: Column) -> st.SearchStrategy[Any]:
    found = st.sampled_from(column.choices) if column.choices else kinds[column.kind]
    return found if column.required else st.none() | found


@st.composite
def tables(draw: st.DrawFn, name: str, provenance: bool) -> pa.Table:
    spec = TABLES[name]
    rows = draw(
        st.lists(
            st.fixed_dictionaries({column.name: cells(column) for column in spec.columns}),
            max_size=4,
            unique_by=lambda row: tuple(row[key] for key in spec.key),
        )
    )
    for number, row in enumerate(rows, 2):
        own = (draw(texts), "B0001", 7) if provenance else (f"{name}.csv", None, number)
        row.update(dict(zip((part.name for part in PROVENANCE), own, strict=True)))
    return pa.Table.from_pylist(rows, schema=spec.schema)


@st.composite
def books(draw: st.DrawFn) -> Book:
    names = draw(st.lists(st.sampled_from(free), unique=True, max_size=4))
    kept = draw(st.booleans())
    versions = tuple(plan(version) for version in range(1, draw(st.integers(1, 3))))
    return Book(COMPANY, versions, targets(), {name: draw(tables(name, kept)) for name in names})


@settings(max_examples=40)
@given(books())
def test_what_is_written_is_read_back_the_same(book):
    again = round_trip(book)
    if any(table.num_rows for table in book.tables.values()):
        # Rows count again in the file that was just written, unless they carry where they came from.
        assert_same(round_trip(again), again)
    assert_same(again, book)


def test_every_kind_of_column_is_written():
    assert set(kinds) | {"choice"} == set(ARROW)


def test_the_sample_company_is_read_without_a_remark_and_comes_back():
    book, issues = read_book(SAMPLE)
    assert issues == ()
    assert book is not None
    assert_same(round_trip(book), book)


def test_writing_over_a_book_leaves_nothing_of_the_old_one(tmp_path):
    first = Book(COMPANY, (plan(1), plan(2)), targets(), {"accounts": accounts("A1")})
    write_book(first, tmp_path)
    (tmp_path / "notes.md").write_text("mine")
    second = Book(COMPANY, (), (), {"contacts": TABLES["contacts"].empty()})
    write_book(second, tmp_path)
    again, issues = read_book(tmp_path)
    assert again is not None, issues
    assert_same(again, second)
    assert (tmp_path / "notes.md").read_text() == "mine"


def accounts(*ids: str) -> pa.Table:
    rows = [
        {"account_id": identity, "name": identity, "source_file": "accounts.csv", "source_row": number}
        for number, identity in enumerate(ids, 2)
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["accounts"].schema)


# ---------------------------------------------------------------- books written by hand

BOOK = """
format = 1
name = "Acme"
as_of = 2026-06-30
[[team]]
id = "sales"
name = "Sales"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "book.toml").write_text(BOOK)
    return tmp_path


def good(folder: Path) -> Book:
    book, issues = read_book(folder)
    assert book is not None, issues
    return book


def bad(folder: Path) -> list[tuple[str, str, int, str]]:
    book, issues = read_book(folder)
    assert book is None
    return [place(issue) for issue in issues if issue.severity == "error"]


def place(issue: Issue) -> tuple[str, str, int, str]:
    return issue.code, issue.where.file, issue.where.row, issue.where.column


def test_a_book_may_be_book_toml_alone(folder):
    book = good(folder)
    assert (book.company.name, book.plans, book.targets) == ("Acme", (), ())
    assert all(table.num_rows == 0 for table in book.tables.values())


def test_no_folder_and_no_book_toml_are_said(tmp_path):
    assert bad(tmp_path / "nowhere")[0][0] == "book.no_folder"
    assert bad(tmp_path) == [("book.no_book_toml", "book.toml", 0, "")]


def test_every_problem_of_every_file_is_listed(folder):
    (folder / "book.toml").write_text(BOOK + 'time_zone = "Mars/Olympus"\n')  # under [[team]]: misplaced
    (folder / "plans").mkdir()
    (folder / "plans" / "ae.toml").write_text("format = 1\nid = 'ae'\n")
    (folder / "accounts.csv").write_text("account_id,name,colour\nA1,Acme,red\n")
    (folder / "opportunities.csv").write_text(
        "opportunity_id,outcome,amount,closed_on\nO1,won,5,2026-01-01\nO2,won,five,01/02/2026\n"
    )
    (folder / "payments.csv").write_text("payment_id,paid_on\nR1,2026-01-01\n")
    problems = bad(folder)
    assert {code for code, *_ in problems} >= {
        "book.unknown_column",
        "book.missing_column",
        "data.not_an_amount",
        "book.not_a_date",
    }
    assert {file for _, file, _, _ in problems} == {
        "book.toml",
        "plans/ae.toml",
        "accounts.csv",
        "opportunities.csv",
        "payments.csv",
    }
    assert ("data.not_an_amount", "opportunities.csv", 3, "amount") in problems
    assert ("book.not_a_date", "opportunities.csv", 3, "closed_on") in problems
    assert ("book.unknown_column", "accounts.csv", 0, "colour") in problems
    assert ("book.missing_column", "payments.csv", 0, "amount") in problems


def test_an_unknown_time_zone_is_refused(folder):
    (folder / "book.toml").write_text(BOOK.replace("as_of", 'time_zone = "Mars/Olympus"\nas_of'))
    assert bad(folder) == [("book.unknown_time_zone", "book.toml", 0, "time_zone")]


def test_a_team_that_is_not_in_the_book_is_refused(folder):
    (folder / "payees.csv").write_text("payee_id,name,team,role,starts_on\nP1,Ann,moon,AE,2026-01-01\n")
    assert bad(folder) == [("data.unknown_team", "payees.csv", 2, "team")]


def test_problems_between_tables_are_listed_with_their_rows(folder):
    (folder / "payees.csv").write_text("payee_id,name,team,role,starts_on\nP1,Ann,sales,AE,2026-01-01\n")
    (folder / "opportunity_splits.csv").write_text("opportunity_id,payee_id,share\nO1,P1,0.5\n")
    assert bad(folder) == [("data.splits_not_whole", "opportunity_splits.csv", 2, "share")]


def test_tables_may_be_csv_tsv_workbooks_or_parquet(folder):
    (folder / "accounts.csv").write_text("account_id;name\nA1;Acme\n")
    (folder / "contacts.tsv").write_text("contact_id\tname\nC1\tAnn, Bob\n")
    rows = {"payment_id": ["R1"], "paid_on": [date(2026, 1, 1)], "amount": [1234.5]}
    pq.write_table(pa.table(rows), folder / "payments.parquet")
    book = good(folder)
    assert book.tables["accounts"]["name"].to_pylist() == ["Acme"]
    assert book.tables["contacts"]["name"].to_pylist() == ["Ann, Bob"]
    assert book.tables["payments"]["amount"].to_pylist() == [123_450]


def test_a_table_that_is_not_utf8_is_read_with_a_warning(folder):
    (folder / "accounts.csv").write_bytes("account_id,name\nA1,Müller\n".encode("cp1252"))
    book, issues = read_book(folder)
    assert book is not None
    assert book.tables["accounts"]["name"].to_pylist() == ["Müller"]
    assert [(issue.code, issue.severity) for issue in issues] == [("book.not_utf8", "warning")]


def test_one_table_in_two_files_is_refused(folder):
    (folder / "accounts.csv").write_text("account_id,name\nA1,Acme\n")
    (folder / "accounts.tsv").write_text("account_id\tname\nA1\tAcme\n")
    assert bad(folder) == [("book.table_twice", "", 0, "")]


def test_a_misspelt_file_is_pointed_out(folder):
    (folder / "oportunities.csv").write_text("opportunity_id\nO1\n")
    book, (issue,) = read_book(folder)
    assert book is not None
    assert (issue.code, issue.severity, issue.parameters["suggestion"]) == (
        "book.unknown_file",
        "warning",
        "opportunities",
    )


def test_words_for_empty_are_text_in_a_book(folder):
    (folder / "accounts.csv").write_text("account_id,name,segment\nA1,Acme,n/a\n")
    assert good(folder).tables["accounts"]["segment"].to_pylist() == ["n/a"]


def test_references_are_ids_in_a_book_never_names(folder):
    (folder / "payees.csv").write_text("payee_id,name,team,role,starts_on\nP1,Ann,sales,AE,2026-01-01\n")
    (folder / "accounts.csv").write_text("account_id,name,csm_id\nA1,Acme,Ann\n")
    book, issues = read_book(folder)
    assert book is not None
    assert book.tables["accounts"]["csm_id"].to_pylist() == ["Ann"]
    assert [issue.code for issue in issues] == ["data.refers_to_no_payees"]


def test_the_same_version_of_a_plan_twice_is_refused(folder):
    (folder / "plans").mkdir()
    for name in ("a.toml", "b.toml"):
        (folder / "plans" / name).write_text(PLAN.format(version=1))
    assert bad(folder) == [("book.plan_twice", "plans/b.toml", 0, "")]


def test_nothing_is_read_from_outside_the_folder(folder, tmp_path_factory):
    book = good(folder)
    other = tmp_path_factory.mktemp("other")
    (other / "accounts.csv").write_text("account_id,name\nA1,Acme\n")
    assert good(folder) == book


# ---------------------------------------------------------------- what would be passed over, or told twice


def warnings(folder: Path) -> list[str]:
    book, issues = read_book(folder)
    assert book is not None, issues
    return [issue.code for issue in issues if issue.severity == "warning"]


@pytest.mark.parametrize("name", ["payees.csv", "accounts.xlsx", "targets.csv", "targets.toml"])
def test_a_folder_or_a_dangling_link_in_a_files_place_is_refused(folder, name):
    (folder / name).mkdir()
    assert bad(folder) == [("book.not_a_file", name, 0, "")]
    (folder / name).rmdir()
    (folder / name).symlink_to(folder / "nowhere")
    assert bad(folder) == [("book.not_a_file", name, 0, "")]


def test_a_file_in_the_place_of_the_plans_is_refused(folder):
    (folder / "plans").write_text("")
    assert bad(folder) == [("book.not_a_folder", "plans", 0, "")]


def test_a_plan_may_end_in_capitals(folder):
    (folder / "plans").mkdir()
    (folder / "plans" / "AE.TOML").write_text(PLAN.format(version=1))
    assert [plan.id for plan in good(folder).plans] == ["ae"]


def test_column_names_without_rows_are_checked_like_others(folder):
    (folder / "accounts.csv").write_text("account_id,name\n")
    assert good(folder).tables["accounts"].num_rows == 0
    (folder / "accounts.csv").write_text("foo,bar\n")
    assert sorted(bad(folder)) == [
        ("book.missing_column", "accounts.csv", 0, "account_id"),
        ("book.missing_column", "accounts.csv", 0, "name"),
        ("book.unknown_column", "accounts.csv", 0, "bar"),
        ("book.unknown_column", "accounts.csv", 0, "foo"),
    ]


@pytest.mark.parametrize("name", ["accounts.xlsx", "accounts.parquet"])
def test_text_named_like_a_workbook_is_refused(folder, name):
    (folder / name).write_text("account_id,name\nA1,Acme\n")
    assert bad(folder) == [("book.damaged_file", name, 0, "")]


def test_deals_without_any_people_are_pointed_out_once(folder):
    (folder / "opportunities.csv").write_text(
        "opportunity_id,owner_id,outcome,amount,closed_on\nO1,P1,won,5,2026-01-01\n"
    )
    (folder / "accounts.csv").write_text("account_id,name,csm_id\nA1,Acme,P1\n")
    assert warnings(folder) == ["data.no_people"]
    (folder / "payees.csv").write_text("payee_id,name,team,role,starts_on\nP1,Ann,sales,AE,2026-01-01\n")
    assert warnings(folder) == []


def test_a_refused_row_is_not_missed_elsewhere(folder):
    (folder / "payees.csv").write_text("payee_id,name,team,role,starts_on\nP1,Ann,sales,AE,soon\n")
    (folder / "fx_rates.csv").write_text(
        "name,from_currency,to_currency,starts_on,rate\nplan,EUR,USD,2026-01-01,x\n"
    )
    (folder / "opportunities.csv").write_text(
        "opportunity_id,owner_id,outcome,amount,currency,closed_on\nO1,P1,won,5,EUR,2026-01-01\n"
    )
    _, issues = read_book(folder)
    assert [(issue.code, issue.where.file) for issue in issues] == [
        ("book.not_a_number", "fx_rates.csv"),
        ("data.not_a_date", "payees.csv"),
    ]


def test_a_wrong_year_does_not_hide_a_wrong_time_zone(folder):
    (folder / "book.toml").write_text(
        BOOK.replace("as_of", 'time_zone = "Mars/Olympus"\nfiscal_year_starts = 13\nas_of')
    )
    problems = bad(folder)
    assert ("book.unknown_time_zone", "book.toml", 0, "time_zone") in problems
    assert len(problems) == 2


def test_an_unknown_word_is_told_with_those_that_can_stand_there(folder):
    (folder / "opportunities.csv").write_text("opportunity_id,outcome,amount,closed_on\nO1,wn,5,2026-01-01\n")
    _, (issue,) = read_book(folder)
    assert (issue.code, issue.parameters["choices"]) == ("book.unknown_choice", "open, won, lost")


def test_no_remedy_of_a_book_is_a_click(folder):
    (folder / "plans").mkdir()
    (folder / "plans" / "a.toml").write_bytes(b"\xff\xfe")
    (folder / "accounts.csv").write_text("\naccount_id,name\n")
    (folder / "leads.csv").write_bytes(b"\0\1\2\3" * 50)
    (folder / "fx_rates.csv").write_text(
        "name,from_currency,to_currency,starts_on,rate\nplan,EUR,USD,1/2/2026,x\n"
    )
    (folder / "targets.csv").write_text(HEADER)
    _, issues = read_book(folder)
    assert len(issues) >= 6
    remedies = " ".join(told(issue).fix for issue in issues)
    assert not {"Choose", "choose", "Upload", "upload"} & set(remedies.replace(",", "").split())


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("target.csv", "targets"), ("targets.tsv", "targets.csv"), ("accounts.CSV", "accounts.csv")],
)
def test_the_right_name_of_a_file_is_suggested(folder, name, suggestion):
    (folder / name).write_text("a\n1\n")
    book, (issue,) = read_book(folder)
    assert book is not None
    assert (issue.code, issue.parameters["suggestion"]) == ("book.unknown_file", suggestion)


# ---------------------------------------------------------------- targets.csv

HEADER = "target,name,measure,grain,owner,period,amount,shared_with\n"
WHOLE = (
    HEADER
    + "rev,Revenue,won_revenue,half,company,2026-H1,100,sales\n"
    + "rev,,,,company,2026-H2,150.50,\n"
    + "rev,,,,team:sales,2026-H1,60,\n"
    + "rev,,,,team:sales,2026-H2,90,\n"
)


def test_targets_may_be_rows(folder):
    (folder / "targets.csv").write_text(WHOLE)
    (target,) = good(folder).targets
    assert (target.id, target.name, target.owner, target.grain) == ("rev", "Revenue", "company", "half")
    assert [str(amount) for amount in target.years[0].amounts] == ["100", "150.50"]
    assert [sharing.team for sharing in target.shared_with] == ["sales"]
    (portion,) = target.portions
    assert (portion.owner, portion.of) == ("team:sales", "company")
    assert [int(amount) for amount in portion.years[0].amounts] == [60, 90]


def test_rows_of_targets_and_toml_stand_side_by_side(folder):
    (folder / "targets.csv").write_text(WHOLE)
    (folder / "targets.toml").write_text(
        TARGETS.replace("marketing", "sales").replace(", from = 2026-04-01", "")
    )
    assert [target.id for target in good(folder).targets] == ["revenue", "rev"]
    (folder / "targets.csv").write_text(WHOLE.replace("rev,", "revenue,"))
    assert bad(folder) == [("book.target_twice", "targets.csv", 0, "")]


def test_capitals_spaces_and_underscores_do_not_matter_in_columns_of_targets(folder):
    (folder / "targets.csv").write_text(WHOLE)
    plain = good(folder).targets
    (folder / "targets.csv").write_text(WHOLE.replace("target,name", "Target,NAME").replace("_with", " With"))
    assert good(folder).targets == plain
    (folder / "targets.csv").write_text(WHOLE.replace("shared_with", "shared_wiht"))
    _, (issue,) = read_book(folder)
    assert (issue.code, issue.parameters["suggestion"]) == ("book.unknown_column", "shared_with")
    (folder / "targets.csv").write_text(WHOLE.replace("shared_with", "Amount"))
    assert bad(folder) == [("book.column_twice", "targets.csv", 0, "amount")]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("company,2026-H2,150.50,\n", "company,2026-H1,150.50,\n", ("book.period_twice", 3, "period")),
        ("rev,,,,company,2026-H2,150.50,\n", "", ("book.missing_periods", 2, "")),
        ("2026-H2,150.50", "2026-Q2,150.50", ("book.other_grain", 3, "period")),
        ("2026-H2,150.50", "spring,150.50", ("data.not_a_period", 3, "period")),
        ("150.50", "lots", ("book.not_a_number", 3, "amount")),
        ("rev,,,,company,2026-H2", "rev,Rev,,,company,2026-H2", ("book.target_disagrees", 3, "name")),
        ("half,company", "decade,company", ("book.unknown_choice", 2, "grain")),
        ("team:sales,2026-H2", "team:moon,2026-H2", ("book.missing_periods", 4, "")),
        ("team:sales,2026-H2", "team:moon,2026-H2", ("book.missing_periods", 5, "")),
        ("rev,,,,company", ",,,,company", ("data.required_is_empty", 3, "target")),
        ("amount,", "", ("book.missing_column", 0, "amount")),
        ("shared_with", "shared", ("book.unknown_column", 0, "shared")),
    ],
)
def test_each_mistake_in_targets_csv_is_found(folder, old, new, problem):
    assert old in WHOLE
    (folder / "targets.csv").write_text(WHOLE.replace(old, new))
    code, row, column = problem
    assert (code, "targets.csv", row, column) in bad(folder)
