"""The Health page: a sentence, figures with what they are made of, what is missing, and costs to state."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from revplan.access import Viewer
from revplan.model.book import Costs
from revplan.service import health as service
from revplan.service import workspace
from revplan.ui import health_costs
from revplan.ui.health_chart import trend
from revplan.words import kpi_words, speaking
from tests.service.small_book import open_empty, open_small
from tests.service.test_health import COSTS
from tests.ui.test_pages import drawn, sentence

PAGE = "11_Health.py"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[workspace.Workspace]:
    yield open_small(tmp_path)
    workspace.reset()


def labels(app: AppTest) -> set[str]:
    return {card.label.replace("\\", "") for card in app.metric}


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption).replace("\\", "")


def test_the_page_opens_with_what_the_figures_say(small: workspace.Workspace) -> None:
    app = drawn(PAGE)
    assert sentence(app).startswith("100% of the deals that were decided were won")
    assert {"Win rate", "Average deal", "Compensation cost of sales"} <= labels(app)


def test_a_card_says_how_it_is_worked_out_and_from_what(small: workspace.Workspace) -> None:
    card = next(card for card in drawn(PAGE).metric if card.label == "Win rate")
    told = card.help.replace("\\", "")
    assert "Deals won ÷ deals won or lost in the period." in told
    assert "Deals won or lost: " in told


def test_what_is_missing_is_said_with_what_to_add(small: workspace.Workspace) -> None:
    said = captions(drawn(PAGE))
    assert "Cost to win a customer" in said
    assert "State it under Costs on the Health page" in said
    assert "Upload usage" in said


def test_a_payee_sees_the_company_and_neither_pay_nor_teams_nor_costs(small: workspace.Workspace) -> None:
    app = drawn(PAGE, "payee", payee="P4")
    assert "Win rate" in labels(app)
    assert "Compensation cost of sales" not in labels(app)
    assert [box.label for box in app.main.selectbox][:2] == ["By", "Period"]
    assert [one.label for one in app.expander] == ["Every figure, and what it is made of"]


def test_an_empty_company_gets_reasons_and_no_error(tmp_path: Path) -> None:
    open_empty(tmp_path)
    app = drawn(PAGE)
    assert sentence(app).startswith("There are no figures for")
    assert "Upload contracts" in captions(app)
    workspace.reset()


def test_months_and_years_can_be_looked_at(small: workspace.Workspace) -> None:
    app = drawn(PAGE)
    app.main.selectbox[0].select("year").run()
    assert not app.exception
    assert app.main.selectbox[1].options == ["2025", "2026"]


def test_the_page_is_turkish_too(small: workspace.Workspace) -> None:
    with speaking("tr"):
        assert kpi_words.name("win_rate") == "Kazanma oranı"
        assert kpi_words.amount(1_500_000, "days", "USD", 2) == "1,5 gün"


def grid(month: str | None, per_month: float | None, share: float | None) -> pd.DataFrame:
    return pd.DataFrame({"from": [month], "per_month": [per_month], "share": [share]})


def test_costs_that_are_typed_are_kept_exactly() -> None:
    kept = health_costs._frame(COSTS)
    assert health_costs._costs(kept) == COSTS
    costs = health_costs._costs(pd.concat([kept, grid("2026-01", 1234.56, None)]))
    assert costs is not None
    assert (str(costs.acquisition[1].per_month), costs.acquisition[1].from_) == ("1234.56", date(2026, 1, 1))
    assert health_costs._costs(grid(None, None, None)) == Costs()


@pytest.mark.parametrize(
    "row", [(None, 1.0, None), ("2026-13", 1.0, None), ("2026-01", 1.0, 120.0), ("2026-01", -1.0, None)]
)
def test_costs_that_cannot_be_are_refused(row: tuple[str | None, float | None, float | None]) -> None:
    assert health_costs._costs(grid(*row)) is None


def test_a_trend_leaves_a_gap_where_there_is_no_figure(small: workspace.Workspace) -> None:
    figure = trend(["Q1", "Q2", "Q3"], [500_000, None, 700_000], "ratio", "USD", 2, ["a", "b", "c"])
    assert figure.data[0].y == (0.5, None, 0.7)
    seen = service.health(Viewer("cro"))
    assert seen.series["win_rate"][-1].value == 1_000_000
