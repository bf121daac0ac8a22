"""The command line on a small book folder, good and bad."""

import csv
import io
import re
import shlex
import socket
import sys
from pathlib import Path
from textwrap import dedent

import openpyxl
import pytest
from typer.testing import CliRunner

from revplan import cli
from revplan.report.health_files import KPI_FILES
from revplan.report.run_files import RUN_FILES

BOOK = """
format = 1
name = "Small Books"
currency = "USD"
as_of = 2026-06-30

[[team]]
id = "marketing"
name = "Marketing"
kind = "marketing"

[[team]]
id = "sales"
name = "Sales"
kind = "sales"
"""

TARGETS = """
format = 1

[[target]]
id = "revenue"
name = "Company revenue"
measure = "won_revenue"
grain = "quarter"
shared_with = [{ team = "sales" }, { team = "marketing" }]

[[target.year]]
year = 2026
amounts = [100000, 100000, 100000, 100000]
"""

VOLUME = """
format = 1
id = "marketing-volume"
name = "Marketing: leads"
sets = ["volume"]
from = 2026-01-01
assigned = { teams = ["marketing"] }

[[component]]
id = "leads"
name = "Leads"
measure = "leads"
scope = "team"
input = "value"
credit = { rule = "owner" }
pays = { way = "rate" }
measured_per = "quarter"
table = { kind = "marginal", tiers = [{ from = 0, rate = 1250.25 }] }
"""

SHARED = """
format = 1
id = "marketing-shared"
name = "Marketing: shared revenue"
sets = ["shared"]
from = 2026-01-01
assigned = { teams = ["marketing"] }

[[component]]
id = "revenue"
name = "Company revenue"
measure = "won_revenue"
scope = "shared"
target = "revenue"
pays = { way = "incentive", weight = 1 }
measured_per = "quarter"
table = { kind = "linear", points = [{ at = 0, pays = 0 }, { at = 1, pays = 1 }] }
"""

SALES = """
format = 1
id = "sales"
name = "Sales: commission"
sets = ["volume", "shared"]
from = 2026-01-01
assigned = { teams = ["sales"] }

[[component]]
id = "bookings"
name = "Bookings"
measure = "won_revenue"
input = "amount"
pays = { way = "rate" }
measured_per = "quarter"
table = { kind = "marginal", tiers = [{ from = 0, rate = "8%" }] }
"""

PAYEES = """\
payee_id,name,team,role,starts_on,target_incentive
M1,=Mia,marketing,Marketer,2026-01-01,20000
S1,Sam,sales,AE,2026-01-01,40000
"""

OPPORTUNITIES = """\
opportunity_id,account_id,owner_id,outcome,amount,closed_on
D1,A1,S1,won,60000.10,2026-02-01
D2,A1,S1,won,120000,2026-05-01
D3,A1,S1,lost,999,2026-05-01
"""

LEADS = "lead_id,created_on,owner_id\n" + "".join(f"L{n},2026-0{n % 6 + 1}-05,M1\n" for n in range(12))
ACCOUNTS = "account_id,name\nA1,Acme\n"

FILES = {
    "book.toml": BOOK,
    "targets.toml": TARGETS,
    "plans/volume.toml": VOLUME,
    "plans/shared.toml": SHARED,
    "plans/sales.toml": SALES,
    "payees.csv": PAYEES,
    "opportunities.csv": OPPORTUNITIES,
    "leads.csv": LEADS,
    "accounts.csv": ACCOUNTS,
}


def write_book(folder: Path, **changes: str) -> Path:
    """The small book, with the files named in `changes` in place of its own ("" leaves one out)."""
    for name, text in {**FILES, **changes}.items():
        if text:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "book")


class Answer:
    """What a command said and how it ended."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_a_good_book_is_said_to_be_good(book: Path) -> None:
    answer = Answer("check", book)
    assert answer.code == 0, answer.err
    assert "Small Books is ready to run: 3 plans, 1 target, 18 rows of data." in answer.out


def test_warnings_are_listed_and_pass(book: Path) -> None:
    answer = Answer("check", book)
    assert "is worth a look" in answer.out or "are worth a look" in answer.out
    assert "lead" in answer.err.lower()  # pay on lead volume in a team that shares revenue is flagged
    assert "Worth a look" in answer.err


def test_a_run_writes_every_file_with_exact_figures(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    answer = Answer("run", book, "--out", out)
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in out.iterdir()) == sorted((*RUN_FILES, *KPI_FILES))
    payouts = {(r["plan_set"], r["payee"], r["period"]): r for r in rows(out / "payouts.csv")}
    assert payouts["shared", "M1", "2026-Q1"]["payout"] == "3000.01"  # 5,000 × 60,000.10 ÷ 100,000, rounded
    assert payouts["volume", "M1", "2026-Q1"]["payout"] == "7501.50"  # 6 leads at 1,250.25
    assert payouts["volume", "S1", "2026-Q2"]["payout"] == "9600.00"
    assert payouts["volume", "M1", "2026-Q1"]["payee_name"] == "'=Mia"
    assert "Total" in answer.out
    assert "$" in answer.out


def test_parts_add_up_to_their_lines(book: Path, tmp_path: Path) -> None:
    from decimal import Decimal

    Answer("run", book, "--out", tmp_path / "out")
    lines = {(r["plan_set"], r["line"]): Decimal(r["payout"]) for r in rows(tmp_path / "out" / "payouts.csv")}
    parts: dict[tuple[str, str], Decimal] = {}
    for row in rows(tmp_path / "out" / "parts.csv"):
        key = (row["plan_set"], row["line"])
        parts[key] = parts.get(key, Decimal(0)) + Decimal(row["part"])
    assert {key: amount for key, amount in lines.items() if amount} == {k: v for k, v in parts.items() if v}


def test_running_again_gives_the_same_bytes(book: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        Answer("run", book, "--out", tmp_path / name)
    for name in (*RUN_FILES, *KPI_FILES):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_key_figures_can_be_left_out(book: Path, tmp_path: Path) -> None:
    answer = Answer("run", book, "--out", tmp_path / "out", "--no-kpis")
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(RUN_FILES)


@pytest.mark.parametrize("asked", [["--plans", "shared"], ["--plans", "shared,shared"]])
def test_only_the_plan_sets_asked_for_are_run(book: Path, tmp_path: Path, asked: list[str]) -> None:
    Answer("run", book, "--out", tmp_path / "out", *asked)
    assert {row["plan_set"] for row in rows(tmp_path / "out" / "payouts.csv")} == {"shared"}


def test_compare_opens_with_what_it_says_and_writes_its_tables(book: Path, tmp_path: Path) -> None:
    answer = Answer("compare", book, "--plans", "volume", "shared", "--out", tmp_path / "out")
    assert answer.code == 0, answer.err
    first = answer.out.splitlines()[0]
    assert first == (
        "Under “Today's plans (volume)” Marketing is paid 150% of target pay in the one quarter in which the "
        "company missed its target (Company revenue); under “Shared revenue plans” it would be 60%."
    )
    teams = {row["team"]: row for row in rows(tmp_path / "out" / "compare_teams.csv")}
    assert teams["sales"]["difference"] == "0.00"
    assert rows(tmp_path / "out" / "compare_earned_to_paid.csv") == []  # nothing comes after the lines


def test_the_workbook_holds_the_payouts(book: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    answer = Answer("export", book, "--plans", "shared", "--out", file)
    assert answer.code == 0, answer.err
    sheet = openpyxl.load_workbook(file, data_only=True)["Payouts"]
    values = [row for row in sheet.iter_rows(values_only=True) if row[1] == "=Mia"]
    assert [row[11] for row in values] == [3000.01, 5000 * 1.2]


def test_the_workbook_explains_every_line(book: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    assert Answer("export", book, "--plans", "shared", "--out", file).code == 0
    sheet = openpyxl.load_workbook(file, data_only=True)["Explanations"]
    told = [str(row[4]) for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert len(told) == 4
    assert told[2].endswith("All of it, $60,000.10 at 8%, pays $4,800.01. This line pays $4,800.01.")


def test_an_amount_is_explained_with_its_deals(book: Path) -> None:
    asked = ("explain", book, "--plans", "volume", "--payee", "S1", "--period")
    answer = Answer(*asked, "2026-Q1")
    assert answer.code == 0, answer.err
    lines = [line.strip() for line in answer.out.splitlines()]
    assert lines[0] == "Sam, Bookings, Q1 2026: $4,800.01"
    assert "All of it, $60,000.10 at 8%, pays $4,800.01." in lines
    assert lines[-1].split() == ["D1", "Feb", "1,", "2026", "$60,000.10", "$4,800.01"]
    assert len(Answer(*asked, "2026").out.split("\n\n")) == 2  # a block for each quarter


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ("2025", "S1 has no line in 2025 under the plan set volume.\n"),
        ("spring", "spring is no period. Write 2026, 2026-H1, 2026-Q3 or 2026-07.\n"),
    ],
)
def test_what_cannot_be_explained_is_said_so(book: Path, period: str, says: str) -> None:
    answer = Answer("explain", book, "--plans", "volume", "--payee", "S1", "--period", period)
    assert (answer.code, answer.err) == (2, says)


def test_a_difference_is_told_with_its_causes(book: Path, tmp_path: Path) -> None:
    changed = OPPORTUNITIES.replace("60000.10", "70000.10")
    other = write_book(tmp_path / "other", **{"opportunities.csv": changed})
    answer = Answer("diff", book, other, "--plans", "volume")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines() == [
        "1 line is not the same: +$800.00 in all.",
        "",
        "Sam, Bookings, Q1 2026: $4,800.01, now $5,600.01 (+$800.00)",
        "  Won revenue counted $60,000.10, now $70,000.10: +$800.00.",
    ]
    assert (
        Answer("diff", book, book, "--plans", "volume").out
        == "Both books pay the same, line by line and adjustment by adjustment.\n"
    )


def test_several_plan_sets_need_a_name_to_export(book: Path, tmp_path: Path) -> None:
    answer = Answer("export", book, "--out", tmp_path / "plan.xlsx")
    assert answer.code == 2
    assert answer.err == "The book has several plan sets (volume and shared). Name one with --plans.\n"


def test_every_problem_of_a_bad_book_is_listed_with_its_place(tmp_path: Path) -> None:
    heading = OPPORTUNITIES.splitlines()[0]
    deals = f"{heading}\nD1,A1,S1,won,12x,2026-02-01\nD2,A1,S1,perhaps,1,2026-13-45\n"
    book = write_book(tmp_path / "book", **{"opportunities.csv": deals})
    for command in (["check", book], ["run", book, "--out", tmp_path / "out"]):
        answer = Answer(*command)
        assert answer.code == 2
        assert "opportunities.csv, row 2" in answer.err
        assert "opportunities.csv, row 3" in answer.err
        assert "12x" in answer.err
        assert "must be fixed" in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("book.toml", ""),
        ("book.toml", "format = 1\nname = "),
        ("plans/shared.toml", SHARED.replace("weight = 1", "weigth = 1")),
        ("plans/shared.toml", SHARED.replace('target = "revenue"', 'target = "nowhere"')),
        ("targets.toml", TARGETS.replace("won_revenue", "won_revenu")),
        ("payees.csv", "name,team\nx,y\n"),
    ],
)
def test_a_mistake_is_a_sentence_and_never_a_traceback(tmp_path: Path, file: str, text: str) -> None:
    book = write_book(tmp_path / "book", **{file: text})
    answer = Answer("check", book)
    assert answer.code == 2
    assert answer.err.strip()
    assert "Traceback" not in answer.err


def test_a_folder_that_is_not_there_or_no_folder_is_said_so(tmp_path: Path, book: Path) -> None:
    assert "There is no folder" in Answer("check", tmp_path / "nowhere").err
    answer = Answer("run", book / "book.toml", "--out", tmp_path)
    assert (answer.code, "is a file, not a folder" in answer.err) == (2, True)


def test_a_place_that_cannot_be_written_is_said_so(book: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    for command in (
        ["run", book, "--out", tmp_path / "taken"],
        ["export", book, "--plans", "shared", "--out", tmp_path / "taken" / "plan.xlsx"],
        ["compare", book, "--plans", "volume", "shared", "--out", tmp_path / "taken"],
    ):
        answer = Answer(*command)
        assert answer.code == 2
        assert "cannot be written" in answer.err


def test_a_plan_set_that_is_not_there_is_named_with_those_that_are(book: Path, tmp_path: Path) -> None:
    answer = Answer("run", book, "--out", tmp_path / "out", "--plans", "volum")
    assert answer.code == 2
    assert "volum. The book has: " in answer.err
    assert Answer("compare", book, "--plans", "volume", "nope").code == 2


def test_results_are_not_written_into_the_book(book: Path) -> None:
    before = sorted(book.rglob("*"))
    for command in (
        ["run", book, "--out", book],
        ["run", book, "--out", book / "results"],
        ["compare", book, "--plans", "volume", "shared", "--out", book / "plans"],
        ["export", book, "--plans", "shared", "--out", book / "plan.xlsx"],
    ):
        answer = Answer(*command)
        assert (answer.code, "lies inside the book" in answer.err) == (2, True)
    assert sorted(book.rglob("*")) == before


def test_a_plan_set_is_not_compared_with_itself(book: Path) -> None:
    answer = Answer("compare", book, "--plans", "shared", "shared")
    assert (answer.code, answer.out) == (2, "")
    assert "Both plan sets are shared" in answer.err


def test_a_workbook_is_named_as_one(book: Path, tmp_path: Path) -> None:
    answer = Answer("export", book, "--plans", "shared", "--out", tmp_path / "plan.csv")
    assert (answer.code, ".xlsx" in answer.err) == (2, True)
    assert not (tmp_path / "plan.csv").exists()


def test_problems_of_data_do_not_hide_those_of_plans_and_targets(tmp_path: Path) -> None:
    plan = SHARED.replace("won_revenue", "won_revnue").replace(
        'teams = ["marketing"]', 'teams = ["marketin"]'
    )
    changes = {
        "payees.csv": PAYEES.replace("marketing,Marketer", "moon,Marketer"),
        "plans/shared.toml": plan,
        "plans/volume.toml": VOLUME.replace('teams = ["marketing"]', 'roles = ["Marketer"]'),
        "targets.toml": TARGETS.replace('team = "sales"', 'team = "salez"'),
    }
    answer = Answer("check", write_book(tmp_path / "book", **changes))
    assert answer.code == 2
    for word in ("“moon”", "won_revnue", "Did you mean: marketing", "salez"):
        assert word in answer.err, word
    assert "Marketer" not in answer.err  # the only one was in the row that was refused
    assert "4 problems must be fixed." in answer.err


def test_a_missing_period_does_not_hide_an_owner_who_is_not_there(tmp_path: Path) -> None:
    rows = (
        "rev,Rev,won_revenue,half,company,2026-H1,9\nrev,,,,payee:S9,2026-H1,5\nrev,,,,team:moon,2026-H1,2\n"
    )
    targets = f"target,name,measure,grain,owner,period,amount\n{rows}rev,,,,team:moon,2026-H2,2\n"
    answer = Answer("check", write_book(tmp_path / "book", **{"targets.csv": targets}))
    assert answer.code == 2
    assert "company has no amount for some periods of the year: 2026-H2." in answer.err
    assert "payee:S9 has no amount" in answer.err
    assert "Rev names the payee S9" in answer.err
    assert "Rev names the team moon" in answer.err
    assert "4 problems must be fixed." in answer.err


def test_only_check_lists_warnings_beside_what_refuses_the_book(tmp_path: Path) -> None:
    changes = {
        "targets.toml": TARGETS.replace("won_revenue", "won_revenu"),
        "accounts.csv": "",
        "acounts.csv": "x",
    }
    book = write_book(tmp_path / "book", **changes)
    assert "Worth a look: acounts.csv" in Answer("check", book).err
    for command in (
        ["run", book, "--out", tmp_path / "out"],
        ["export", book, "--plans", "shared", "--out", tmp_path / "plan.xlsx"],
        ["compare", book, "--plans", "volume", "shared"],
    ):
        answer = Answer(*command)
        assert answer.code == 2
        assert answer.err.startswith("Must be fixed: target revenue")
        assert "Worth a look" not in answer.err


@pytest.mark.parametrize(
    "row",
    [
        "M1,Mia,marketing,Marketer,2026-01-01,2025-01-01,1",
        "M1,Mia,marketing,Marketer,2026-01-01,2026-01-01,1",
        "S1,Sam,sales,AE,2025-01-01,2026-05-01,1",
        "S1,Sam,sales,AE,2026-01-01,,1",
        "M1,Mia,marketing,Marketer,2026-01-01,,-5",
    ],
)
def test_plans_are_checked_beside_people_who_cannot_be(tmp_path: Path, row: str) -> None:
    people = (
        f"payee_id,name,team,role,starts_on,ends_on,target_incentive\nS1,Sam,sales,AE,2026-01-01,,2\n{row}\n"
    )
    changes = {"payees.csv": people, "plans/shared.toml": SHARED.replace("won_revenue", "won_revnue")}
    answer = Answer("check", write_book(tmp_path / "book", **changes))
    assert answer.code == 2
    assert "won_revnue" in answer.err
    assert "2 problems must be fixed." in answer.err


def test_a_target_that_was_refused_is_not_missed_by_plans(tmp_path: Path) -> None:
    changes = {"targets.toml": TARGETS.replace("amounts", "amonts")}
    answer = Answer("check", write_book(tmp_path / "book", **changes))
    assert answer.code == 2
    assert "plans/" not in answer.err
    assert "marketing-shared" not in answer.err


def test_problems_that_every_plan_set_meets_are_told_once(tmp_path: Path) -> None:
    deals = OPPORTUNITIES.replace("amount,closed_on", "amount,currency,closed_on")
    deals = (
        deals.replace("60000.10,", "60000.10,EUR,").replace("120000,", "120000,,").replace("999,", "999,,")
    )
    book = write_book(tmp_path / "book", **{"opportunities.csv": deals})
    answer = Answer("run", book, "--out", tmp_path / "out")
    assert answer.code == 2
    told = answer.err.split("\n\n")
    assert len(told) == len(set(told)) > 1


def test_the_commands_of_the_readme_work_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path(cli.__file__).parents[2]
    (tmp_path / "sample_data").symlink_to(project / "sample_data")
    monkeypatch.chdir(tmp_path)
    printed = re.findall(
        r"^\.venv/bin/revplan (.*?)(?: +#.*)?$", (project / "README.md").read_text("utf-8"), re.MULTILINE
    )
    named = [line.split()[0] for line in printed]
    assert named == ["check", "run", "compare", "export", "explain", "simulate", "solve"]
    for line in printed:
        answer = Answer(*shlex.split(line))
        assert answer.code == 0, answer.err
    assert (tmp_path / "plan.xlsx").is_file()
    assert (tmp_path / "trials").is_dir()
    assert (tmp_path / "plans" / "plan_1.toml").is_file()
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == sorted((*RUN_FILES, *KPI_FILES))


def test_what_is_paid_beside_the_plans_is_in_the_total_and_in_the_explanation(tmp_path: Path) -> None:
    correction = "adjustment_id,payee_id,adjusted_on,amount,reason,author\nX1,S1,2026-05-10,-300,late,Fin\n"
    book = write_book(tmp_path / "book", **{"adjustments.csv": correction})
    ran = Answer("run", book, "--plans", "volume", "--out", tmp_path / "out")
    said = dict(re.findall(r"^(Total|Draws, clawbacks, corrections|Paid) +(\S+)$", ran.out, re.MULTILINE))
    total, later, paid = (float(said[name].strip("$").replace(",", "").replace("-$", "-")) for name in said)
    assert (later, paid) == (-300, total - 300)
    asked = ("explain", book, "--plans", "volume", "--payee", "S1", "--period", "2026-Q2")
    assert re.search(r"Statement of Sam.*-\$300\.00", Answer(*asked).out, re.DOTALL)
    assert "Statement of" not in Answer(*asked[:-1], "2026-Q1").out


def test_an_unknown_language_is_refused(book: Path) -> None:
    assert Answer("check", book, "--lang", "xx").code == 2


def test_a_taken_port_is_said_before_the_app_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = Answer("serve", "--port", taken.getsockname()[1], "--home", tmp_path / "home")
    assert answer.code == 2
    assert "--port" in answer.err


def test_a_database_without_its_driver_is_said_before_the_app_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setenv("REVPLAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/revplan")
    answer = Answer("serve", "--home", tmp_path / "home")
    assert answer.code == 2
    assert "needs the Python package psycopg, which is not installed." in answer.err
    assert "pip install 'psycopg[binary]'" in answer.err


def test_a_book_without_plans_has_nothing_to_run(tmp_path: Path) -> None:
    plans = {name: "" for name in FILES if name.startswith("plans/")}
    answer = Answer("run", write_book(tmp_path / "book", **plans), "--out", tmp_path / "out")
    assert (answer.code, answer.err) == (2, "The book has no plans. Add at least one to its folder plans.\n")


def test_a_target_that_has_not_begun_is_no_comparison_yet(tmp_path: Path) -> None:
    early = BOOK.replace("2026-06-30", "2025-06-30")
    answer = Answer(
        "compare", write_book(tmp_path / "book", **{"book.toml": early}), "--plans", "volume", "shared"
    )
    assert (answer.code, answer.out.strip()) == (0, "No period of Company revenue has begun yet.")


def test_the_check_of_a_book_without_plans_says_that_nothing_can_run(tmp_path: Path) -> None:
    plans = {name: "" for name in FILES if name.startswith("plans/")}
    answer = Answer("check", write_book(tmp_path / "book", **plans))
    assert answer.code == 0
    assert "Small Books can be read, and there is nothing to run in it yet: 0 plans, 1 target" in answer.out
    assert "The book has no plans." in answer.err
    assert "Put at least one plan into the folder plans" in answer.err


def test_a_problem_of_a_plan_names_its_file_and_line(tmp_path: Path) -> None:
    book = write_book(
        tmp_path / "book", **{"plans/shared.toml": SHARED.replace('target = "revenue"', 'target = "nowhere"')}
    )
    text = (book / "plans" / "shared.toml").read_text("utf-8").splitlines()
    line = next(number for number, each in enumerate(text, 1) if "nowhere" in each)
    answer = Answer("check", book)
    assert f"Must be fixed: plans/shared.toml, row {line}, column target, plan " in answer.err


def test_what_a_run_says_of_a_plan_names_its_file(tmp_path: Path) -> None:
    enormous = VOLUME.replace("rate = ", "rate = 1e36 #")
    assert enormous != VOLUME
    book = write_book(tmp_path / "book", **{"plans/volume.toml": enormous})
    answer = Answer("run", book, "--out", tmp_path / "out")
    assert "plans/volume.toml, row " in answer.err
