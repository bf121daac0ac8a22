"""The costs that the company states for its key figures: shown, changed and saved."""

import re
from datetime import date

import pandas as pd
import streamlit as st

from revplan.access import Viewer
from revplan.model.book import AcquisitionCost, Costs, GrossMargin
from revplan.service import company
from revplan.service.health import HealthView
from revplan.ui import flash
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.text import plain
from revplan.words import _, sentences

_FLASH = "health_costs"
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")


def draw(viewer: Viewer, view: HealthView) -> None:
    """A grid of statements by month from which they hold, for those who may change them."""
    if view.costs is None:
        return
    flash.draw(_FLASH)
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
            _frame(view.costs),
            key=f"health_costs_{version}",
            num_rows="dynamic",
            hide_index=True,
            column_config={
                "from": st.column_config.TextColumn(
                    _("From the month of"),
                    required=True,
                    validate=_MONTH.pattern,
                    help=_("Year and month, such as 2026-01."),
                ),
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
        flash.say(_FLASH, _("The costs are saved."))
        st.session_state["health_costs_version"] = version + 1
        st.rerun()


def _frame(costs: Costs) -> pd.DataFrame:
    """One row for each month that something is stated from."""
    amounts = {f"{one.from_:%Y-%m}": one.per_month for one in costs.acquisition}
    shares = {f"{one.from_:%Y-%m}": one.share for one in costs.gross_margin}
    months = sorted({*amounts, *shares})
    return pd.DataFrame(
        {
            "from": pd.Series(months, dtype="string"),
            "per_month": pd.Series([shown(amounts.get(month)) for month in months], dtype="float64"),
            "share": pd.Series([shown(shares.get(month), 100) for month in months], dtype="float64"),
        }
    )


def _costs(grid: pd.DataFrame) -> Costs | None:
    """What the grid says; None where a row has no month, or a number that cannot be."""
    amounts, margins = [], []
    for row in grid.to_dict("records"):
        month, per_month, share = row["from"], typed(row["per_month"]), typed(row["share"])
        if per_month is None and share is None:
            continue
        if not isinstance(month, str) or not _MONTH.match(month):
            return None
        if (per_month or 0) < 0 or (share is not None and not 0 < share <= 100):
            return None
        first = date.fromisoformat(f"{month}-01")
        if per_month is not None:
            amounts.append(AcquisitionCost.model_validate({"from": first, "per_month": per_month}))
        if share is not None:
            margins.append(GrossMargin.model_validate({"from": first, "share": share / 100}))
    return Costs(acquisition=tuple(amounts), gross_margin=tuple(margins))
