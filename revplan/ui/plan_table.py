"""The grid of a rate table: thresholds and what they pay, in percent where a sales leader would say so."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from revplan.model.results import Unit
from revplan.service.table_kinds import KINDS, ROWS, Kind, as_kind
from revplan.ui import plan_words
from revplan.ui.fields import needed_number, number_field
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.plan_numbers import as_text, number
from revplan.ui.plan_words import said
from revplan.words import _

Document = dict[str, Any]


@dataclass(frozen=True)
class Units:
    """What a table is read by and what it holds: both decide where percent is shown.

    `x` is the unit of the input (ratio for attainment, which is `by_target`); `way` is how the component
    pays, or "times" for a multiplier; `unit` is the measure's. `at` is where the input typically stands at
    target, in major units.
    """

    x: Unit
    way: str
    unit: Unit
    by_target: bool = False
    at: Fraction = Fraction(1)

    def y_percent(self, kind: str) -> bool:
        """Whether the value is a share: of the incentive, of the quota, or of the money counted. Rates of an
        incentive and multipliers are multiples (1.5×), in the grid as in the terms."""
        rate = ROWS[kind][2] == "rate"
        if self.way == "incentive":
            return not rate
        if self.way == "rate" and self.unit == "money":
            return rate or self.by_target
        return self.way == "pool" and self.x == "money" and rate


def choose_kind(table: Document, way: str, key: str, *, keyed: bool = False) -> str:
    """Which kind of table; a way that pays money per unit has no use for fixed steps. `keyed`: a rate for
    each deal by what it is, too."""
    now = table.get("kind")
    kinds: list[str] = [kind for kind in KINDS if kind == now or (way, kind) != ("rate", "steps")]
    kinds += ["keyed"] if keyed or now == "keyed" else []
    return str(
        st.selectbox(
            _("Rate table"),
            kinds,
            index=kinds.index(table["kind"]) if table.get("kind") in kinds else 0,
            format_func=lambda kind: said(plan_words.TABLE_KINDS, kind),
            key=f"{key}:kind",
            help="\n\n".join(
                f"**{said(plan_words.TABLE_KINDS, kind)}**: {said(plan_words.TABLE_HELP, kind)}"
                for kind in kinds
            ),
        )
    )


def edit_table(table: Document, units: Units, key: str) -> Document:
    """A whole table: its kind, its rows, and what happens at its ends, folded away."""
    kind = choose_kind(table, units.way, key)
    table = as_kind(table, _known(kind), units.at)
    made = edit_rows(table, units, key)
    with st.popover(_("Edges and ends")):
        return edit_ends(made, units, f"{key}:{kind}")


def edit_rows(table: Document, units: Units, key: str) -> Document:
    """The grid; rows can be added and removed. Returns the table with what the grid holds."""
    kind = str(table["kind"])
    rows, x_name, y_name = ROWS[kind]
    x_scale, y_scale = _scale(units), 100 if units.y_percent(kind) else 1
    start: list[Document] = table.get(rows, [])
    has_ends = any(row.get("to") is not None for row in start[:-1])
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
    last = start[-1].get("to") if start else None
    if found and not has_ends and last is not None:
        found[-1]["to"] = last  # the end of the whole table, which is said with its ends
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
    points = ROWS[kind][2] == "pays"
    if units.way == "times":
        return _("Multiplies by (×)")
    if units.way == "incentive":
        return _("Pays (share of incentive, %)") if points else _("Rate (×)")
    if points and units.way == "rate" and units.by_target:
        return _("Pays (share of quota, %)") if units.unit == "money" else _("Pays (for each of the quota)")
    if points:
        return _("Pays (amount)")
    if units.y_percent(kind):
        return _("Rate (%)")
    of_ratio = units.unit == "ratio" or (units.x == "ratio" and units.way != "rate")
    return _("Amount for each 100%") if of_ratio else _("Amount for each")


def y_help(units: Units, kind: str) -> str:
    """What a value means, where its heading does not say it all."""
    if units.way == "incentive" and ROWS[kind][2] == "rate":
        return _("For each 1% that is reached, 1.5 pays 1.5% (of the incentive).")
    if units.way in ("rate", "pool") and ROWS[kind][2] == "rate" and units.y_percent(kind):
        return _("For each 100 that count, 8 pays 8.")
    return ""


def edit_ends(table: Document, units: Units, key: str) -> Document:
    """What happens on an edge, before the first threshold, after the last, and below zero."""
    kept = dict(table)
    tiers: list[Document] = list(table.get("tiers", []))
    with st.container(horizontal=True):
        kept |= choice(_("Exactly on a threshold counts"), table, "edge", "higher", plan_words.EDGES, key)
        kept |= choice(_("Before the first"), table, "before_first", "zero", plan_words.BEYOND, key)
        kept |= choice(_("A result below zero"), table, "on_negative", "extend", plan_words.NEGATIVE, key)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if tiers and not any(row.get("to") is not None for row in tiers[:-1]):
            tiers[-1] = _ending(tiers[-1], units, key)
            kept["tiers"] = tiers
        if table["kind"] in ("linear", "average_rate") or any("to" in row for row in tiers):
            kept |= choice(_("After the last"), table, "after_last", "extend", plan_words.BEYOND, key)
    if table["kind"] == "steps":
        kept["add_up"] = st.toggle(
            _("Every step reached adds up"), bool(table.get("add_up")), key=f"{key}:add_up"
        )
    if table["kind"] == "overage":
        scale = _scale(units)
        kept["above"] = needed_number(
            _("All above this pays the tier reached (%)")
            if units.x == "ratio"
            else _("All above this pays the tier reached"),
            table.get("above", "1"),
            f"{key}:above:{scale}",
            scale=scale,
        )
    return kept


def _ending(last: Document, units: Units, key: str) -> Document:
    """The last tier, with where it ends: the rate table goes no further."""
    scale = _scale(units)
    end = number_field(
        _("The last tier ends at (%)") if units.x == "ratio" else _("The last tier ends at"),
        last.get("to"),
        f"{key}:to:{scale}",
        scale=scale,
        placeholder=_("never"),
        help=_("What is paid beyond is said beside it. Left empty, the last rate goes on for ever."),
    )
    made = {name: value for name, value in last.items() if name != "to"}
    return made if end is None else made | {"to": end}


def _scale(units: Units) -> int:
    """By how much the input's thresholds are multiplied on the screen."""
    return 100 if units.x == "ratio" else 1


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
