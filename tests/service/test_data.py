"""Uploads from the first look to the roll-back: what counts, who may, and that nothing half-imports."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.data.files import Reading
from revplan.service import company, data, workspace
from revplan.service.attention import rejected_uploads
from revplan.service.preview import Choices, Preview, preview, rejected_file
from revplan.service.workspace import Workspace
from revplan.store import batches as store
from revplan.store import documents
from revplan.store.records import Stale
from tests.service.small_book import NOW

CRO, FINANCE = Viewer("cro"), Viewer("finance")
OTHERS = [Viewer("lead", "sales", "P1"), Viewer("payee", payee_id="P1"), Viewer()]

BOOK = {
    "book.toml": 'format = 1\nname = "Acme"\nas_of = 2026-06-30\ntime_zone = "Europe/Istanbul"\n'
    '[[team]]\nid = "sales"\nname = "Sales"\n',
    "payees.csv": "payee_id,name,team,role,starts_on,email\n"
    "P1,Ann Lee,sales,AE,2025-01-01,ann@acme.example\nP2,Bob Stone,sales,AE,2025-01-01,\n",
    "accounts.csv": "account_id,name\nA1,Initech\n",
    "opportunities.csv": "opportunity_id,owner_id,outcome,amount,closed_on,source\n"
    "O1,P1,won,100,2026-02-01,marketing\nO2,P2,open,200,2026-09-01,\n",
    "targets.csv": "target,name,measure,grain,owner,period,amount\n"
    "rev,Revenue,won_revenue,year,company,2026,500\n",
    "plans/ae.toml": 'format = 1\nid = "ae"\nname = "AE"\nsets = ["shared"]\nfrom = 2026-01-01\n'
    'assigned = { teams = ["sales"] }\n[[component]]\nid = "c"\nname = "C"\nmeasure = "won_revenue"\n'
    'input = "amount"\npays = { way = "rate" }\ntable = { kind = "marginal", '
    "tiers = [{ from = 0, rate = 0.1 }] }\n",
}

DEALS = "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Account\n"
HUBSPOT = (
    DEALS
    + "O1,Alpha,Closed Won,100,Ann Lee,2026-02-01,Initech\n"  # known already, with an account now
    + 'O3,Beta,Closed Won,"$62,000 ",ANN LEE,2026-03-01,Initech\n'
    + "O4,=cmd,Contract sent,250k,An Lee,2026-08-01,Initech\n"
    + "O5,Delta,Closed Won,soon,Bob Stone,2026-03-02,Initech\n"
)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Workspace]:
    workspace.reset()
    folder = write(tmp_path / "book", BOOK)
    yield workspace.open_at(tmp_path / "home", sample=folder, now=lambda: NOW)
    workspace.reset()


def look(text: str | bytes, name: str = "hubspot-deals.csv", table: str | None = None, **choices) -> Preview:
    content = text.encode() if isinstance(text, str) else text
    return preview(CRO, name, content, table, Choices(**choices))


def deals(here: Workspace, *columns: str) -> dict[str, tuple]:
    rows = here.book().tables["opportunities"].to_pylist()
    return {row["opportunity_id"]: tuple(row[column] for column in columns) for row in rows}


# ---------------------------------------------------------------- looking


def test_a_preview_counts_what_accepting_would_do(here):
    seen = look(HUBSPOT)
    assert (seen.table, seen.good, seen.rejected, seen.repeated) == ("opportunities", 3, 1, 0)
    assert (seen.new, seen.changed, seen.unchanged, seen.removed) == (2, 1, 0, 0)
    assert seen.columns["owner_id"] == "Deal owner"
    assert seen.acceptable


def test_looking_keeps_nothing(here):
    before = here.fingerprint()
    look(HUBSPOT)
    assert here.fingerprint() == before
    assert len(data.batches(CRO)) == 3  # those of the book folder


def test_names_become_ids_and_the_unknown_ones_are_asked_about(here):
    seen = look(HUBSPOT)
    assert seen.cleaned is not None
    assert seen.cleaned.table["owner_id"].to_pylist() == ["P1", "P1", "An Lee"]
    assert seen.cleaned.table["account_id"].to_pylist() == ["A1"] * 3
    (unknown,) = [one for one in seen.meanings if one.column == "owner_id"]
    assert (unknown.text, unknown.suggestion, unknown.suggestion_name) == ("An Lee", "P1", "Ann Lee")
    confirmed = look(HUBSPOT, meanings={"owner_id": {"An Lee": "P1"}})
    assert confirmed.cleaned is not None
    assert confirmed.cleaned.table["owner_id"].to_pylist() == ["P1"] * 3


def test_a_column_can_be_mapped_by_hand_and_taken_away(here):
    text = "Record ID,Deal Stage,Amount,When\nO9,Won,5,2026-03-01\n"
    seen = look(text)
    assert (seen.missing, seen.acceptable) == (("closed_on",), False)
    assert [issue.code for issue in seen.issues] == ["data.column_missing"]
    mapped = look(text, columns={"closed_on": "When", "stage": "", "outcome": "Deal Stage"})
    assert (mapped.good, "stage" in mapped.columns) == (1, False)


def test_a_second_amount_that_would_fit_is_told_until_somebody_chooses(here):
    text = "Record ID,Deal Stage,Amount,Amount (USD),Close Date\nO9,Won,5,6,2026-03-01\n"
    told = [issue for issue in look(text).issues if issue.code == "data.other_columns_fit"]
    assert [(one.severity, one.where.column, one.parameters["others"]) for one in told] == [
        ("warning", "Amount", "Amount (USD)")
    ]
    chosen = look(text, columns={"amount": "Amount (USD)"})
    assert "data.other_columns_fit" not in [issue.code for issue in chosen.issues]


def test_one_column_used_for_two_things_is_told(here):
    seen = look(HUBSPOT, columns={"created_on": "Close Date"})
    told = [issue for issue in seen.issues if issue.code == "data.column_used_twice"]
    assert [(one.where.column, one.parameters["fields"]) for one in told] == [
        ("Close Date", "closed_on, created_on")
    ]


def test_every_row_says_what_it_becomes(here):
    assert look(HUBSPOT).became == ("changed", "new", "new")


def test_a_file_nobody_recognises_asks_what_it_holds(here):
    text = "Foo,Bar\n1,2\n"
    seen = look(text, "x.csv")
    assert (seen.table, seen.sheet is not None) == ("", True)
    assert [issue.code for issue in seen.issues] == ["data.unknown_table"]
    assert look(text, "x.csv", "accounts").missing == ("account_id", "name")


def test_a_file_that_cannot_be_read_says_why(here):
    seen = look(b"\x89PNG\0\0", "deals.csv")
    assert (seen.sheet, seen.acceptable) == (None, False)
    assert [issue.code for issue in seen.issues] == ["data.binary_file"]


def test_moments_fall_on_the_companys_days(here):
    seen = look("Id,StageName,Amount,CloseDate\nO9,Closed Won,5,2026-03-31T22:00:00.000+0000\n")
    assert seen.cleaned is not None
    assert str(seen.cleaned.table["closed_on"][0].as_py()) == "2026-04-01"


# ---------------------------------------------------------------- accepting


def test_accepted_rows_count_and_know_where_they_came_from(here):
    accepted = data.accept(CRO, look(HUBSPOT))
    assert (accepted.new, accepted.changed, accepted.batch.rows_rejected) == (2, 1, 1)
    assert deals(here, "amount", "outcome", "source_file", "source_batch", "source_row") == {
        "O1": (100_00, "won", "hubspot-deals.csv", accepted.batch.batch_id, 2),
        "O2": (200_00, "open", "opportunities.csv", "B0003", 3),
        "O3": (62_000_00, "won", "hubspot-deals.csv", accepted.batch.batch_id, 3),
        "O4": (250_000_00, "open", "hubspot-deals.csv", accepted.batch.batch_id, 4),
    }


def test_columns_that_a_file_does_not_have_keep_their_values(here):
    data.accept(CRO, look(HUBSPOT))
    assert deals(here, "source", "name")["O1"] == ("marketing", "Alpha")


def test_accepting_the_same_file_again_changes_nothing(here):
    data.accept(CRO, look(HUBSPOT))
    tables = here.book().tables["opportunities"]
    again = look(HUBSPOT)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert "data.same_file" in [issue.code for issue in again.issues]
    data.accept(CRO, again)
    assert here.book().tables["opportunities"].equals(tables)


def test_a_preview_made_before_another_upload_loses_nothing_of_it(here):
    mine = look(HUBSPOT)
    data.accept(FINANCE, look(DEALS + "O8,Other,Closed Won,7,Ann Lee,2026-03-01,Initech\n", "theirs.csv"))
    data.accept(CRO, mine)
    assert set(deals(here)) == {"O1", "O2", "O3", "O4", "O8"}


def test_replacing_removes_the_rows_that_the_file_does_not_have(here):
    seen = look(HUBSPOT, replace_table=True)
    assert seen.removed == 1
    data.accept(CRO, seen)
    assert set(deals(here)) == {"O1", "O3", "O4"}


def test_a_batch_keeps_the_file_and_how_it_was_read(here):
    text = "Id;Stage;Betrag;Close Date\nO9;Won;1.234,50;03.04.2026\n"
    seen = look(text, reading=Reading(date_order="DMY"), meanings={"outcome": {"Won": "won"}})
    batch = data.accept(FINANCE, seen).batch
    assert here.files.get(batch.file_key) == text.encode()
    assert batch.mapping["columns"]["amount"] == "Betrag"
    assert batch.mapping["reading"]["delimiter"] == ";"
    assert batch.mapping["meanings"] == {"outcome": {"Won": "won"}}
    assert (batch.accepted_by, batch.accepted_at) == ("finance", NOW)


def test_rejected_rows_are_kept_with_their_reasons(here):
    seen = look(HUBSPOT)
    batch = data.accept(CRO, seen).batch
    kept = data.rejected_of(FINANCE, batch)
    assert kept == rejected_file(seen)
    assert (
        "O5,Delta,Closed Won,soon,Bob Stone,2026-03-02,Initech,5,“soon” is no amount of money."
        in kept.decode()
    )
    data.roll_back(CRO, batch.batch_id)
    assert data.rejected_of(CRO, data.batches(CRO)[0]) == kept


def test_an_upload_without_rejected_rows_has_no_file_of_them(here):
    batch = data.accept(CRO, look(DEALS + "O9,Nine,Won,5,Ann Lee,2026-03-01,Initech\n")).batch
    with pytest.raises(KeyError):
        data.rejected_of(CRO, batch)


@pytest.mark.parametrize("viewer", OTHERS)
def test_others_get_no_rejected_rows(here, viewer):
    batch = data.accept(CRO, look(HUBSPOT)).batch
    with pytest.raises(AccessDenied):
        data.rejected_of(viewer, batch)


def test_nothing_half_imports(here, monkeypatch):
    seen = look(HUBSPOT)
    before, known = here.fingerprint(), data.batches(CRO)

    def fail(*_args: object, **_named: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(store, "switch_data", fail)
    with pytest.raises(OSError, match="disk is full"):
        data.accept(CRO, seen)
    assert here.fingerprint() == before
    assert data.batches(CRO) == known
    monkeypatch.undo()
    assert data.accept(CRO, seen).new == 2


def test_somebody_who_is_a_hair_later_builds_on_what_is_there_then(here, monkeypatch):
    switch, calls = store.switch_data, []

    def be_second(connection, tables, **named):
        calls.append(named["expected_position"])
        if len(calls) == 1:
            raise Stale("data", 1, 2)
        return switch(connection, tables, **named)

    monkeypatch.setattr(store, "switch_data", be_second)
    assert data.accept(CRO, look(HUBSPOT)).new == 2
    assert len(calls) == 2
    assert [batch.batch_id for batch in data.batches(CRO)] == ["B0004", "B0003", "B0002", "B0001"]


def test_a_preview_without_good_rows_is_not_accepted(here):
    with pytest.raises(ValueError, match="no rows"):
        data.accept(CRO, look(DEALS + "O9,X,Won,abc,Ann Lee,2026-03-01,A1\n"))


def test_rejected_rows_can_be_corrected_and_uploaded_again(here):
    data.accept(CRO, look(HUBSPOT))
    content = rejected_file(look(HUBSPOT.replace("Delta", "=HYPERLINK(1)")))
    assert b"'=HYPERLINK(1)" in content
    assert b"is no amount of money" in content
    seen = look(content.replace(b"soon", b"15.5"), "rejected.csv")
    assert (seen.table, seen.good, seen.rejected) == ("opportunities", 1, 0)
    data.accept(CRO, seen)
    assert deals(here, "name", "amount")["O5"] == ("=HYPERLINK(1)", 15_50)


def test_rejected_rows_wait_until_a_later_upload_brings_them(here):
    batch = data.accept(CRO, look(HUBSPOT)).batch
    assert [(item.issue.where.file, item.issue.parameters["rows"]) for item in rejected_uploads(here)] == [
        (batch.file_name, batch.rows_rejected)
    ]
    data.accept(CRO, look(rejected_file(look(HUBSPOT)).replace(b"soon", b"15.5"), "rejected.csv"))
    assert rejected_uploads(here) == ()


def test_rejected_rows_wait_for_the_same_ids_and_not_for_any_upload(here):
    data.accept(CRO, look(HUBSPOT))
    data.accept(CRO, look(DEALS + "O9,Nine,Won,5,Ann Lee,2026-03-01,Initech\n"))
    assert len(rejected_uploads(here)) == 1
    data.accept(CRO, look(HUBSPOT.replace("soon", "15.5"), "again.csv"))
    assert rejected_uploads(here) == ()


# ---------------------------------------------------------------- undoing


def test_rolling_back_an_upload_brings_the_table_back(here):
    before = here.book().tables["opportunities"]
    batch = data.accept(CRO, look(HUBSPOT)).batch
    data.roll_back(FINANCE, batch.batch_id)
    assert here.book().tables["opportunities"].equals(before)
    (newest, *_) = data.batches(CRO)
    assert (newest.rolled_back_by, newest.rolled_back_at) == ("finance", NOW)


def test_rolling_back_an_earlier_upload_keeps_the_later_ones(here):
    first = data.accept(CRO, look(HUBSPOT)).batch
    later = DEALS + "O3,Beta,Closed Lost,9,Bob Stone,2026-04-01,Initech\nO7,New,Won,1,Ann Lee,2026-04-01,\n"
    data.accept(CRO, look(later, "later.csv"))
    data.roll_back(CRO, first.batch_id)
    assert deals(here, "outcome", "amount") == {
        "O1": ("won", 100_00),
        "O2": ("open", 200_00),
        "O3": ("lost", 9_00),
        "O7": ("won", 1_00),
    }


def test_rolling_back_twice_is_rolling_back_once(here):
    batch = data.accept(CRO, look(HUBSPOT)).batch
    data.roll_back(CRO, batch.batch_id)
    before = here.fingerprint()
    data.roll_back(CRO, batch.batch_id)
    assert here.fingerprint() == before


def test_tables_are_counted_with_the_last_upload_that_counts(here):
    batch = data.accept(CRO, look(HUBSPOT)).batch
    counts = {count.table: count for count in data.table_counts(CRO)}
    assert counts["opportunities"].rows == 4
    assert counts["opportunities"].last == batch
    assert (counts["leads"].rows, counts["leads"].last) == (0, None)
    data.roll_back(CRO, batch.batch_id)
    counts = {count.table: count for count in data.table_counts(CRO)}
    last = counts["opportunities"].last
    assert last is not None
    assert (counts["opportunities"].rows, last.batch_id) == (2, "B0003")


def test_what_is_wrong_between_tables_is_told_as_soon_as_it_is_loaded(here):
    assert data.checks(CRO) == ()
    splits = look("Opportunity ID,Split Owner,Split %\nO1,Ann Lee,60\nO1,Bob Stone,30\n", "splits.csv")
    batch = data.accept(CRO, splits).batch
    assert [(issue.code, issue.where.file, issue.where.row) for issue in data.checks(CRO)] == [
        ("data.splits_not_whole", "splits.csv", 2)
    ]
    data.roll_back(CRO, batch.batch_id)
    assert data.checks(CRO) == ()


# ---------------------------------------------------------------- book folders


def test_a_book_folder_is_taken_over_whole(here):
    book = here.book()
    assert book.company.name == "Acme"
    assert [plan.id for plan in book.plans] == ["ae"]
    assert [target.id for target in book.targets] == ["rev"]
    assert [batch.table_name for batch in data.batches(CRO)[::-1]] == ["payees", "accounts", "opportunities"]
    assert sum(row["payout"] for row in here.run("shared").lines.to_pylist()) == 10_00


def test_a_bad_book_folder_changes_nothing(here, tmp_path):
    before = here.fingerprint()
    bad = write(tmp_path / "bad", {**BOOK, "accounts.csv": "account_id,nome\nA1,Initech\n"})
    imported = data.import_book_folder(CRO, bad)
    assert imported.accepted == ()
    assert {issue.code for issue in imported.issues} == {"book.missing_column", "book.unknown_column"}
    assert here.fingerprint() == before


def test_a_book_folder_imported_again_replaces_its_tables(here, tmp_path):
    folder = write(
        tmp_path / "again", {**BOOK, "opportunities.csv": BOOK["opportunities.csv"].replace("O2", "O9")}
    )
    imported = data.import_book_folder(CRO, folder)
    assert {one.batch.table_name: (one.new, one.unchanged, one.removed) for one in imported.accepted} == {
        "payees": (0, 2, 0),
        "accounts": (0, 1, 0),
        "opportunities": (1, 1, 1),
    }
    assert set(deals(here)) == {"O1", "O9"}
    assert len(here.book().plans) == 1


def test_a_used_plan_is_not_overwritten_by_a_book_folder(here, tmp_path):
    with here.records.write() as connection:
        documents.mark_used(connection, "plan", "ae", 1)
    changed = BOOK["plans/ae.toml"].replace("0.1", "0.2")
    imported = data.import_book_folder(CRO, write(tmp_path / "changed", {**BOOK, "plans/ae.toml": changed}))
    assert [(issue.code, issue.where.plan) for issue in imported.issues] == [("book.plan_used", "ae")]
    assert data.import_book_folder(CRO, write(tmp_path / "same", BOOK)).issues == ()


def test_the_date_up_to_which_facts_count_can_be_moved(here):
    company.set_as_of(FINANCE, date(2026, 9, 30))
    assert here.book().company.as_of == date(2026, 9, 30)
    with here.records.read() as connection:
        kept = documents.versions(connection, "company")
    assert [(one.version, one.saved_by) for one in kept] == [(1, "cro"), (2, "finance")]
    company.set_as_of(FINANCE, date(2026, 9, 30))
    with here.records.read() as connection:
        assert len(documents.versions(connection, "company")) == 2


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("viewer", OTHERS, ids=lambda viewer: viewer.role)
def test_only_the_cro_and_finance_touch_data(here, viewer, tmp_path):
    seen = look(HUBSPOT)
    for attempt in (
        lambda: preview(viewer, "x.csv", HUBSPOT.encode()),
        lambda: data.accept(viewer, seen),
        lambda: data.batches(viewer),
        lambda: data.table_counts(viewer),
        lambda: data.checks(viewer),
        lambda: company.set_as_of(viewer, NOW.date()),
        lambda: data.roll_back(viewer, "B0001"),
        lambda: data.import_book_folder(viewer, tmp_path / "book"),
    ):
        with pytest.raises(AccessDenied):
            attempt()
