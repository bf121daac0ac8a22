"""The Data page, without a browser: look, choose, accept, roll back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.service import workspace
from revplan.service.workspace import Workspace
from revplan.ui import data_lists
from revplan.words import speaking
from tests.service.small_book import NOW, open_empty
from tests.service.test_data import BOOK, HUBSPOT, write

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Workspace]:
    workspace.reset()
    folder = write(tmp_path / "book", BOOK)
    yield workspace.open_at(tmp_path / "home", sample=folder, now=lambda: NOW)
    workspace.reset()


def open_page(role: str = "cro", **session: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["role"] = role
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    app.switch_page("pages/2_Data.py").run()
    assert not app.exception
    return app


def upload(app: AppTest, *files: tuple[str, str | bytes]) -> AppTest:
    given = [(name, text.encode() if isinstance(text, str) else text, "text/csv") for name, text in files]
    app.file_uploader[0].set_value(given).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    shown = [*app.subheader, *app.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error]
    return "\n".join(each.value for each in shown).replace("\\", "")


def chosen(app: AppTest, label: str):
    (found,) = [each for each in app.selectbox if each.label.replace("\\", "") == label]
    return found


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label.replace("\\", "") == label]
    button.click().run()
    assert not app.exception
    return app


def test_the_page_opens_with_what_is_loaded(here):
    app = open_page()
    assert (
        app.subheader[0].value.replace("\\", "")
        == "5 rows are loaded in 3 tables. The last file came on Jun 30, 2026."
    )
    assert not app.error


def test_an_empty_workspace_says_what_to_do_first(tmp_path):
    open_empty(tmp_path)
    assert "Start with your people" in open_page().subheader[0].value
    workspace.reset()


def test_an_upload_is_recognised_counted_and_accepted(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    assert chosen(app, "What it holds").value == "opportunities"
    assert "4 rows read. Accepting it: 2 new and 1 changed. 1 row cannot be used" in said(app)
    assert chosen(app, "Closes on *").value == "Close Date"
    click(app, "Accept 3 rows")
    assert "Opportunities: 2 new and 1 changed. Kept as B0004" in said(app)
    assert here.book().tables["opportunities"].num_rows == 4
    assert not [each for each in app.button if each.label.startswith("Accept")]


def test_a_stage_is_given_its_outcome_by_hand(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    chosen(app, "Contract sent (1 row)").select("won").run()
    click(app, "Accept 3 rows")
    rows = {row["opportunity_id"]: row["outcome"] for row in here.book().tables["opportunities"].to_pylist()}
    assert rows["O4"] == "won"


def test_a_suggested_person_counts_only_when_confirmed(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    assert "Did you mean Ann Lee?" in said(app)
    assert chosen(app, "An Lee (1 row)").value == ""
    click(app, "Use the 1 suggestion")
    assert chosen(app, "An Lee (1 row)").value == "P1"
    click(app, "Accept 3 rows")
    rows = {row["opportunity_id"]: row["owner_id"] for row in here.book().tables["opportunities"].to_pylist()}
    assert rows["O4"] == "P1"


def test_a_column_is_mapped_by_hand(here):
    app = upload(open_page(), ("deals.csv", "Record ID,Deal Stage,Amount,When\nO9,Won,5,2026-03-01\n"))
    assert "Choose which column holds: Closes on." in said(app)
    chosen(app, "Closes on *").select("When").run()
    assert "Accepting it: 1 new." in said(app)


def test_near_columns_are_used_only_when_confirmed(here):
    app = upload(open_page(), ("deals.csv", "Record ID,Deal Stage,Amount,Clos Date\nO9,Won,5,2026-03-01\n"))
    assert "Perhaps Closes on: “Clos Date”?" in said(app)
    click(app, "Use these")
    assert "Accepting it: 1 new." in said(app)


def test_the_reading_can_be_changed(here):
    text = 'Record ID,Deal Stage,Amount,Close Date\nO9,Won,"1,234",03/04/2026\n'
    app = upload(open_page(), ("deals.csv", text))
    chosen(app, "Dates").select("DMY").run()
    chosen(app, "Numbers").select(",").run()
    click(app, "Accept 1 row")
    (row,) = [row for row in here.book().tables["opportunities"].to_pylist() if row["opportunity_id"] == "O9"]
    assert (str(row["closed_on"]), row["amount"]) == ("2026-04-03", 123)


def test_a_wrong_choice_of_reading_can_be_taken_back(here):
    app = upload(open_page(), ("deals.csv", HUBSPOT.replace("Beta", "Bäta").encode("cp1252")))
    chosen(app, "Encoding").select("utf-8").run()
    assert "This file cannot be read yet." in said(app)
    click(app, "Read it as proposed again")
    assert "Accepting it: 2 new and 1 changed." in said(app)


def test_what_a_file_holds_can_be_changed(here):
    app = upload(open_page(), ("things.csv", "Id,Name\nA7,Globex\n"))
    chosen(app, "What it holds").select("accounts").run()
    click(app, "Accept 1 row")
    assert here.book().tables["accounts"].num_rows == 2


def test_a_broken_file_gets_a_sentence(here):
    app = upload(open_page(), ("deals.csv", b"\x89PNG\0\0"))
    assert "This is not a text file, whatever its name says." in said(app)
    assert "Traceback" not in said(app)


def test_several_files_are_accepted_people_first(here):
    people = "Employee ID,Full Name,Team,Job Title,Start Date\nP7,Cleo Day,Sales,AE,2026-01-01\n"
    deals = "Record ID,Deal Stage,Amount,Deal owner,Close Date\nO9,Won,5,Cleo Day,2026-03-01\n"
    app = upload(open_page(), ("deals.csv", deals), ("people.csv", people))
    click(app, "Accept all files")
    (row,) = [row for row in here.book().tables["opportunities"].to_pylist() if row["opportunity_id"] == "O9"]
    assert row["owner_id"] == "P7"


def test_what_must_be_fixed_between_tables_is_said(here):
    splits = "Opportunity ID,Split Owner,Split %\nO1,Ann Lee,60\nO1,Bob Stone,30\n"
    app = click(upload(open_page(), ("splits.csv", splits)), "Accept 2 rows")
    assert app.expander[0].label == "1 thing must be fixed in the data"
    assert (
        "Opportunity splits · Share · splits.csv, row 2: The splits of O1 add up to 90%, not to 100%."
        in said(app)
    )


def test_an_upload_is_rolled_back_and_open_again(here, monkeypatch):
    app = click(upload(open_page(), ("hubspot-deals.csv", HUBSPOT)), "Accept 3 rows")
    monkeypatch.setattr(
        data_lists, "show_table", lambda *_args, selectable=False, **_named: 0 if selectable else None
    )
    click(app.run(), "Roll back B0004: hubspot-deals.csv")
    assert "B0004 (hubspot-deals.csv) no longer counts." in said(app)
    assert here.book().tables["opportunities"].num_rows == 2
    assert [each.label for each in app.button if each.label == "Accept 3 rows"]


def test_rejected_rows_of_an_earlier_upload_can_be_taken_along(here, monkeypatch):
    click(upload(open_page(), ("hubspot-deals.csv", HUBSPOT)), "Accept 3 rows")
    monkeypatch.setattr(
        data_lists, "show_table", lambda *_args, selectable=False, **_named: 0 if selectable else None
    )
    labels = [each.proto.label for each in open_page().get("download_button")]
    assert labels == ["Download 1 rejected row"]


def test_rows_name_who_and_what_they_refer_to(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    rows = next(each.value for each in app.dataframe if "Owner" in each.value.columns)
    assert rows["Owner"].to_list() == ["Ann Lee (P1)", "Ann Lee (P1)", "An Lee"]
    assert rows["Account"].to_list() == ["Initech (A1)"] * 3


def test_rows_say_what_accepting_them_does(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    rows = next(each.value for each in app.dataframe if "Accepting it" in each.value.columns)
    assert rows["Accepting it"].to_list() == ["Changed", "New", "New"]


def test_why_rows_are_rejected_is_in_view(here):
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    assert "**Amount**: “soon” is no amount of money." in said(app)
    assert "(1 row rejected)" in said(app)


def test_the_same_file_again_says_so_in_view(here):
    click(upload(open_page(), ("hubspot-deals.csv", HUBSPOT)), "Accept 3 rows")
    app = upload(open_page(), ("hubspot-deals.csv", HUBSPOT))
    assert "This very file was accepted before, as B0004 on Jun 30, 2026." in said(app)
    assert "Accepting it: 3 unchanged." in said(app)


def test_a_file_that_cannot_be_read_offers_nothing_to_accept(here):
    app = upload(open_page(), ("deals.csv", ""))
    assert "The file is empty." in said(app)
    assert not [each for each in app.button if each.label.startswith("Accept")]
    assert not [each for each in app.selectbox if each.label == "Encoding"]


def test_a_wide_file_names_some_of_what_it_does_not_use(here):
    header = ",".join(f"Custom {number}" for number in range(196))
    text = f"Record ID,Deal Stage,Amount,Close Date,{header}\n1,Won,5,2026-03-01{',x' * 196}\n"
    assert "Custom 19 and 176 more." in said(upload(open_page(), ("wide.csv", text)))


def test_managers_of_the_same_file_are_named(here):
    people = "Employee ID,Full Name,Team,Job Title,Start Date,Manager\n"
    people += "P7,Cleo Day,Sales,AE,2026-01-01,\nP8,Dan Eve,Sales,AE,2026-01-01,P7\n"
    app = upload(open_page(), ("people.csv", people))
    rows = next(each.value for each in app.dataframe if "Manager" in each.value.columns)
    assert rows["Manager"].to_list()[1] == "Cleo Day (P7)"
    assert rows["Team"].to_list() == ["Sales (sales)"] * 2


def test_the_date_up_to_which_facts_count_is_saved(here):
    app = open_page()
    app.date_input[0].set_value(date(2026, 9, 30)).run()
    click(app, "Save the date")
    assert "Facts count up to Sep 30, 2026 now." in said(app)
    assert here.book().company.as_of == date(2026, 9, 30)


def test_names_of_files_are_drawn_as_they_are(here):
    app = upload(open_page(), (":red[x]*y*.csv", "Foo,Bar\n1,2\n"))
    assert r"\:red\[x\]\*y\*\.csv" in "\n".join(each.value for each in app.markdown)


def test_the_page_speaks_turkish_without_breaking(here):
    with speaking("tr"):  # AppTest names the options of a select box outside the page, too
        app = upload(open_page(language="tr"), ("hubspot-deals.csv", HUBSPOT))
    assert not app.exception
    assert "satır okundu" in said(app)


@pytest.mark.parametrize("role", ["lead", "payee", "none"])
def test_other_roles_see_no_data(here, role):
    app = open_page(role)
    assert not app.get("file_uploader")
    assert not app.dataframe
