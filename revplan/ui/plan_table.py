"""The grid of a rate table: thresholds and what they pay, in percent where a sales leader would say so."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
import streamlit as st

from revplan.model.record_text import number_text
from revplan.model.results import Unit
from revplan.service.table_kinds import KINDS, Kind, as_kind
from revplan.ui import plan_words
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.plan_words import said
from revplan.words import _

Document = dict[str, Any]

ROWS = {
    "marginal": ("tiers", "from", "rate"),
    "whole": ("tiers", "from", "rate"),
    "overage": ("tiers", "from", "rate"),
    "linear": ("points", "at", "pays"),
    "average_rate": ("points", "at", "rate"),
    "steps": ("steps", "at", "pays"),
}
"""For each kind: the field that holds its rows, the threshold's and the value's."""


@dataclass(frozen=True)
class Units:
    """What a table is read by and what it holds: both decide where percent is shown.

    `x` is the unit of the input (ratio for attainment); `way` is how the component pays, or "times" for
    a multiplier; `unit` is the measure's.
    """

    x: Unit
    way: str
    unit: Unit

    def y_percent(self, kind: str) -> bool:
        """Whether the value is a share: of the incentive, or of the money counted. Rates of an incentive
        and multipliers are multiples (1.5×), in the grid as in the terms."""
        if self.way == "incentive":
            return ROWS[kind][2] == "pays"
        return self.way == "rate" and self.unit == "money" and ROWS[kind][2] == "rate"


def choose_kind(table: Document, key: str) -> str:
    """Which kind of table."""
    return str(
        st.selectbox(
            _("Rate table"),
            list(KINDS),
            index=list(KINDS).index(table["kind"]) if table.get("kind") in KINDS else 0,
            format_func=lambda kind: said(plan_words.TABLE_KINDS, kind),
            key=f"{key}:kind",
            help="\n\n".join(
                f"**{said(plan_words.TABLE_KINDS, kind)}**: {said(plan_words.TABLE_HELP, kind)}"
                for kind in KINDS
            ),
        )
    )


def edit_table(table: Document, units: Units, key: str) -> Document:
    """A whole table: its kind, its rows, and what happens at its ends, folded away."""
    kind = choose_kind(table, key)
    table = as_kind(table, _known(kind))
    made = edit_rows(table, units, key)
    with st.popover(_("Edges and ends")):
        return edit_ends(made, f"{key}:{kind}")


def edit_rows(table: Document, units: Units, key: str) -> Document:
    """The grid; rows can be added and removed. Returns the table with what the grid holds."""
    kind = str(table["kind"])
    rows, x_name, y_name = ROWS[kind]
    x_scale, y_scale = 100 if units.x == "ratio" else 1, 100 if units.y_percent(kind) else 1
    start: list[Document] = table.get(rows, [])
    has_ends = any("to" in row for row in start)
    frame = pd.DataFrame(
        {
            "x": [shown(number(row.get(x_name)), x_scale) for row in start],
            "end": [shown(number(row.get("to")), x_scale) for row in start],
            "y": [shown(number(row.get(y_name)), y_scale) for row in start],
        },
        dtype="float64",
    )
    edited = st.data_editor(
        frame,
        key=f"{key}:rows:{kind}",
        hide_index=True,
        num_rows="dynamic",
        column_order=["x", *(["end"] if has_ends else []), "y"],
        column_config={
            "x": st.column_config.NumberColumn(x_label(units, kind), required=True, format="localized"),
            "end": st.column_config.NumberColumn(_("Up to"), format="localized"),
            "y": st.column_config.NumberColumn(
                y_label(units, kind), required=True, format="localized", help=y_help(units, kind) or None
            ),
        },
        placeholder="",
        alt=_("Thresholds of the rate table and what they pay"),
    )
    found = [
        {
            x_name: as_text(x, x_scale),
            **({"to": as_text(end, x_scale)} if typed(end) is not None else {}),
            y_name: as_text(y, y_scale),
        }
        for x, end, y in zip(edited["x"], edited["end"], edited["y"], strict=True)
        if typed(x) is not None or typed(y) is not None
    ]
    return table | {rows: found}


def _known(kind: str) -> Kind:
    return next(each for each in KINDS if each == kind)


def x_label(units: Units, kind: str) -> str:
    """Heading of the thresholds."""
    if units.x == "ratio":
        return _("From (%)") if ROWS[kind][1] == "from" else _("At (%)")
    return _("From") if ROWS[kind][1] == "from" else _("At")


def y_label(units: Units, kind: str) -> str:
    """Heading of the values."""
    if units.way == "times":
        return _("Multiplies by (×)")
    if units.way == "incentive":
        return _("Pays (share of incentive, %)") if ROWS[kind][2] == "pays" else _("Rate (×)")
    if units.way == "fixed" or ROWS[kind][2] == "pays":
        return _("Pays (amount)")
    return _("Rate (%)") if units.unit == "money" else _("Amount for each")


def y_help(units: Units, kind: str) -> str:
    """What a value means, where its heading does not say it all."""
    if units.way == "incentive" and ROWS[kind][2] == "rate":
        return _("For each 1% that is reached, 1.5 pays 1.5% (of the incentive).")
    if units.way == "rate" and units.unit == "money":
        return _("For each 100 that count, 8 pays 8.")
    return ""


def edit_ends(table: Document, key: str) -> Document:
    """What happens on an edge, before the first threshold, after the last, and below zero."""
    kept = dict(table)
    with st.container(horizontal=True):
        kept |= choice(_("Exactly on a threshold counts"), table, "edge", "higher", plan_words.EDGES, key)
        kept |= choice(_("Before the first"), table, "before_first", "zero", plan_words.BEYOND, key)
        if table["kind"] in ("linear", "average_rate") or any("to" in row for row in table.get("tiers", [])):
            kept |= choice(_("After the last"), table, "after_last", "extend", plan_words.BEYOND, key)
        kept |= choice(_("A result below zero"), table, "on_negative", "extend", plan_words.NEGATIVE, key)
    if table["kind"] == "steps":
        kept["add_up"] = st.toggle(
            _("Every step reached adds up"), bool(table.get("add_up")), key=f"{key}:add_up"
        )
    if table["kind"] == "overage":
        above = st.number_input(
            _("All above this pays the tier reached (%)"),
            value=shown(number(table.get("above", "1")), 100),
            key=f"{key}:above",
        )
        kept["above"] = as_text(above, 100)
    return kept


def choice(
    label: str, document: Document, name: str, default: str, words: dict[str, str], key: str, help: str = ""
) -> Document:
    """A select box for one field of a document."""
    options = list(words)
    value = document.get(name, default)
    chosen = st.selectbox(
        label,
        options,
        index=options.index(value) if value in options else 0,
        format_func=lambda code: said(words, code),
        key=f"{key}:{name}",
        help=help or None,
    )
    return {name: chosen}


def number(value: Any) -> Decimal | None:
    """A number of a document, None where it has none that can be read."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def as_text(value: Any, scale: int) -> str | None:
    """What a grid or a number field holds, exactly, as a document keeps it: divided by the scale shown."""
    found = typed(value)
    return None if found is None else number_text(found / scale)
