"""The costs that the company states for its key figures: shown, changed and saved."""

from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from revplan.access import Viewer
from revplan.model.book import AcquisitionCost, Costs, GrossMargin
from revplan.service import company
from revplan.service.health import HealthView
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.text import plain
from revplan.words import _, sentences

_FLASH = "health_costs_said"


def draw(viewer: Viewer, view: HealthView) -> None:
    """A grid of statements by month from which they hold, for those who may change them."""
    if view.costs is None:
        return
    if said := st.session_state.pop(_FLASH, ""):
        st.success(plain(said))
    with st.expander(_("Costs")):
        st.caption(
            plain(
                _(
                    "What no table holds. A row holds from its month until the next one that states the "
                    "same; leave a cell empty where nothing changes."
                )
            )
        )
        version = st.session_state.get("health_costs_version", 0)
        grid = st.data_editor(
            _frame(view.costs, view.digits),
            key=f"health_costs_{version}",
            num_rows="dynamic",
            hide_index=True,
            column_config={
                "from": st.column_config.DateColumn(_("From the month of"), required=True),
                "per_month": st.column_config.NumberColumn(
                    _("Marketing and sales a month ({currency})").format(currency=view.currency),
                    min_value=0,
                    help=_("All told: people, pay, campaigns, tools."),
                ),
                "share": st.column_config.NumberColumn(
                    _("Gross margin (%)"),
                    min_value=0,
                    max_value=100,
                    help=_("The share of revenue that is left after what it costs to deliver."),
                ),
            },
        )
        if st.button(_("Save costs"), type="primary"):
            _save(viewer, grid, version)


def _save(viewer: Viewer, grid: pd.DataFrame, version: int) -> None:
    costs = _costs(grid)
    if costs is None:
        st.error(_("Each row needs a month, amounts of 0 or more, and a margin above 0 and up to 100%."))
        return
    wrong = company.set_costs(viewer, costs)
    for issue in wrong:
        st.error(plain(sentences.sentence(issue)))
    if not wrong:
        st.session_state[_FLASH] = _("The costs are saved.")
        st.session_state["health_costs_version"] = version + 1
        st.rerun()


def _frame(costs: Costs, digits: int) -> pd.DataFrame:
    """One row for each date that something is stated from."""
    amounts = {one.from_: one.per_month for one in costs.acquisition}
    shares = {one.from_: one.share for one in costs.gross_margin}
    days = sorted({*amounts, *shares})
    return pd.DataFrame(
        {
            "from": pd.Series(days, dtype="object"),
            "per_month": pd.Series([shown(amounts.get(day)) for day in days], dtype="float64"),
            "share": pd.Series([shown(shares.get(day), 100) for day in days], dtype="float64"),
        }
    )


def _costs(grid: pd.DataFrame) -> Costs | None:
    """What the grid says; None where a row has no month, or a number that cannot be."""
    amounts, margins = [], []
    for row in grid.to_dict("records"):
        day, per_month, share = row["from"], typed(row["per_month"]), typed(row["share"])
        if not isinstance(day, date):
            if per_month is None and share is None:
                continue
            return None
        if (per_month or 0) < 0 or (share is not None and not Decimal(0) < share <= 100):
            return None
        day = date(day.year, day.month, day.day)
        amounts += (
            [AcquisitionCost.model_validate({"from": day, "per_month": per_month})]
            if per_month is not None
            else []
        )
        margins += (
            [GrossMargin.model_validate({"from": day, "share": share / 100})] if share is not None else []
        )
    return Costs(acquisition=tuple(amounts), gross_margin=tuple(margins))
