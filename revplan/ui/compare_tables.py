"""Compare's figures as tables: by team, by person and by period, each to take along."""

from dataclasses import replace

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.service.compare import Comparison
from revplan.service.compare_words import after_words, paid_out_sentence
from revplan.ui import downloads
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _, names


def draw_tables(viewer: Viewer, c: Comparison) -> None:
    """The figures by team, by person and by period, and what is paid out of them, each to take along."""
    st.subheader(_("The figures"), anchor=False)
    teams = [c.team_name(team) for team in c.people["team_id"].to_pylist()]
    people = c.people.append_column("team", pa.array(teams, pa.string()))
    called = [c.team_name(team) for team in c.teams["team_id"].to_pylist()]
    by_team = _with_missing(c, c.teams.append_column("team", pa.array(called, pa.string())))
    windows = [c.team_name(team) for team in c.series["team_id"].to_pylist()]
    periods = c.series.append_column("team", pa.array(windows, pa.string()))
    team, figures = Column("team", _("Team"), pinned=True), _figures(c)
    set_a, set_b = names.plan_set(c.a), names.plan_set(c.b)
    missing = [
        Column("missing_a", _("While missing: {set}").format(set=set_a), "money"),
        Column("missing_b", _("While missing: {set}").format(set=set_b), "money"),
    ]
    name, period = (
        Column("payee_name", _("Name"), pinned=True),
        Column("window", _("Period"), "period", pinned=True),
    )
    views = [
        (_("Teams"), "teams", by_team, [team, *figures, *missing]),
        (_("People"), "people", people, [name, Column("team", _("Team")), *figures]),
        (_("Periods"), "periods", periods, [period, Column("team", _("Team")), *figures]),
    ]
    if c.after.num_rows:
        st.caption(plain(paid_out_sentence(c)))
        after = c.after.append_column("what", pa.array(after_words(c), pa.string()))
        amounts = [Column("amount_a", set_a, "money"), Column("amount_b", set_b, "money")]
        columns = [
            Column("what", _("What"), pinned=True),
            *amounts,
            Column("difference", _("Difference"), "money"),
        ]
        views.append((_("Paid out"), "after", after, columns))
    # Only the table in view is made: a table is dearer than any picture.
    tabs = st.tabs([view[0] for view in views], key="compare_table", on_change="rerun")
    for tab, (label, key, table, columns) in zip(tabs, views, strict=True):
        if not tab.open:
            continue
        with tab:
            st.caption(plain(_("A: {a}. B: {b}.").format(a=set_a, b=set_b)))
            shown = [_short(column) for column in columns]
            show_table(table, shown, f"compare_{key}", currency=c.currency, digits=c.digits, alt=label)
            title = _("{label}: {a} against {b}").format(label=label, a=set_a, b=set_b)
            downloads.download_table(viewer, title, table, columns, f"compare-{key}-{c.a}-{c.b}")


def _short(column: Column) -> Column:
    """The column with a heading that fits a desk: its plan set as A or B, and in full as its help."""
    words = {
        "payout_a": _("Pay, A"),
        "payout_b": _("Pay, B"),
        "share_a": _("Of target pay, A"),
        "share_b": _("Of target pay, B"),
        "attainment_a": _("Attainment, A"),
        "attainment_b": _("Attainment, B"),
        "missing_a": _("While missing, A"),
        "missing_b": _("While missing, B"),
    }
    if column.name not in words:
        return column
    told = ". ".join(filter(None, (column.label, column.help)))
    return replace(column, label=words[column.name], help=told)


def _figures(c: Comparison) -> list[Column]:
    pay, share, attained = _("Pay: {set}"), _("Share of target pay: {set}"), _("Attainment: {set}")
    set_a, set_b = names.plan_set(c.a), names.plan_set(c.b)
    told = _("How far people got on what their own plan counts, weighted by what each component is worth.")
    return [
        Column("payout_a", pay.format(set=set_a), "money"),
        Column("payout_b", pay.format(set=set_b), "money"),
        Column("difference", _("Difference"), "money"),
        Column("target_pay", _("Target pay"), "money", _("What would be paid at exactly 100%.")),
        Column("share_a", share.format(set=set_a), "percent"),
        Column("share_b", share.format(set=set_b), "percent"),
        Column("attainment_a", attained.format(set=set_a), "percent", told),
        Column("attainment_b", attained.format(set=set_b), "percent", told),
    ]


def _with_missing(c: Comparison, table: pa.Table) -> pa.Table:
    """The teams with what each was paid in the windows that the company missed; 0 when it missed none."""
    rows = {row["team_id"]: row for row in c.missing.to_pylist()}
    for name, source in (("missing_a", "payout_a"), ("missing_b", "payout_b")):
        paid = [rows.get(team, {}).get(source, 0) for team in table["team_id"].to_pylist()]
        table = table.append_column(name, pa.array(paid, pa.int64()))
    return table
