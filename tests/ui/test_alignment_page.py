"""The Alignment page: what plans ask the teams to do, for CRO and finance only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import AccessDenied, Viewer
from revplan.service import alignment, alignment_words, workspace

APP = Path(__file__).parents[2] / "app.py"
SAMPLE = Path(__file__).parents[2] / "sample_data"
CRO = Viewer("cro")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    workspace.reset()
    workspace.open_at(tmp_path_factory.mktemp("alignment"), sample=SAMPLE)
    yield
    workspace.reset()


@pytest.fixture(scope="module")
def report(here: None) -> alignment.AlignmentReport:
    found = alignment.align(CRO, "volume", "shared")
    assert found is not None
    return found


def opened(role: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state["role"] = role
    app.run()
    return app.switch_page("pages/11_Alignment.py").run()


def texts(app: AppTest) -> str:
    written = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info]
    return "\n".join(element.value for element in written).replace("\\", "")


def test_the_cro_reads_what_the_plans_ask_of_marketing(report):
    app = opened("cro")
    assert not app.exception
    assert alignment_words.opening_sentence(report) in texts(app)
    assert "pays Marketing most for leads" in texts(app)
    labels = [metric.label for metric in app.metric]
    assert labels[0] == "Fit of the team that fits least"
    assert len(labels) == 5


def test_finance_sees_the_page_too(report):
    app = opened("finance")
    assert not app.exception
    assert "Does pay follow performance?" in texts(app)


@pytest.mark.parametrize("role", ["lead", "payee", "none"])
def test_nobody_else_does(here, role):
    app = opened(role)
    assert not app.exception
    assert "Does pay follow performance?" not in texts(app)
    with pytest.raises(AccessDenied):
        alignment.align(Viewer(role), "volume", "shared")


def test_worth_can_be_said_and_taken_back(report):
    app = opened("cro")
    span = f"{report.windows[0].label}_{report.windows[-1].label}"
    field = app.number_input(key=f"worth_lead_{span}")
    estimate = field.value
    before = app.metric[0].value
    field.set_value(5_000.0).run()
    assert app.metric[0].value != before
    app.button[0].click().run()
    assert app.number_input(key=f"worth_lead_{span}").value == estimate
    assert app.metric[0].value == before


def test_shared_plans_make_marketings_pay_fit_what_it_brings_in(report):
    fits = [each.congruence(report.worth, "marketing") for each in (report.a, report.b)]
    assert fits[0] is not None
    assert fits[1] is not None
    assert fits[0] < 0.2 < 0.5 < fits[1]
    assert report.a.pull("lead", "marketing") > 0 == report.b.pull("lead", "marketing")
    assert report.a.pull("won_revenue", "marketing") == 0 < report.b.pull("won_revenue", "marketing")


def test_shared_targets_weaken_line_of_sight(report):
    assert report.b.sight["marketing"] < report.a.sight["marketing"] <= 1_000_000


def test_cost_and_break_even_are_those_of_the_runs(report):
    runs = {name: workspace.current().run(name).lines for name in ("volume", "shared")}
    ends = (report.windows[0].start, report.windows[-1].end)
    paid = {
        name: sum(
            row["payout"]
            for row in lines.select(["period_end", "payout"]).to_pylist()
            if ends[0] < row["period_end"] <= ends[1]
        )
        for name, lines in runs.items()
    }
    assert (report.a.cost, report.b.cost) == (paid["volume"], paid["shared"])
    even = report.break_even
    assert (even.cost_a, even.cost_b) == (paid["volume"], paid["shared"])
    assert even.uplift is not None


def test_every_line_near_a_cliff_is_named_and_caps_name_whom_they_cut(report):
    caps = [spot for spot in report.b.spots if spot.kind == "cap"]
    assert caps
    assert all(spot.who for spot in caps)
    for spot in (*report.a.spots, *report.b.spots):
        assert alignment_words.spot_text(report, spot)


def test_progress_is_told_to_the_end(here):
    told: list[tuple[int, int]] = []
    alignment.align(CRO, "volume", "shared", "2025-Q1", "2025-Q1", lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
