"""What the Targets page says and draws: how a target stands, its parts, the lead goals it replaces."""

from datetime import date, datetime

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.model.results import Unit
from revplan.service import target_form, targets, workspace
from revplan.service.cascade import Cascade
from revplan.service.people import people
from revplan.service.target_amounts import Stand
from revplan.service.targets import TargetEntry
from revplan.store.records import Stale
from revplan.ui import charts, filters, target_charts
from revplan.ui.colours import team_colours
from revplan.ui.downloads import download_table
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _, formats, names

NEW = "new"
"""What the URL says for a target that is not saved yet."""
OPEN = "targets_open"
"""Which target to show next: one that was just saved."""
FLASH = "targets"
"""What was just done: said once, on the next draw."""


def choose_target(entries: tuple[TargetEntry, ...], *, editor: bool) -> str:
    """Which target the page is about: an id, or NEW."""
    named = {entry.target.id: entry.target.name for entry in entries}
    options = [*named, *([NEW] if editor else [])]
    if (saved := st.session_state.pop(OPEN, "")) in options:
        st.session_state["filter_target"] = saved
    return filters.choose("target", _("Target"), options, shown=lambda key: named.get(key, _("A new target")))


def choose_year(entry: TargetEntry | None) -> int:
    """Which fiscal year: those the target has, last year, this one and the next."""
    company = workspace.current().book().company
    this = int(company.calendar.period_of(company.as_of, "year").label)
    years = {this - 1, this, this + 1, *(year.year for year in (entry.target.years if entry else ()))}
    return int(filters.choose("year", _("Year"), [str(year) for year in sorted(years)], str(this)))


def opening(entry: TargetEntry | None, stand: Stand | None, year: int) -> str:
    """The one plain sentence: how the target stands, and who shares it."""
    if entry is None or stand is None:
        return _("Set one revenue target that every team shares, in place of goals that pull teams apart.")
    company = workspace.current().book().company
    teams = {team.id: team.name for team in company.teams}
    dated = entry.target.shared_with
    sharing = [teams.get(each.team, each.team) for each in dated if (each.to or date.max) > company.as_of]
    words = {
        "name": entry.target.name,
        "year": str(year),
        "teams": formats.listed(list(dict.fromkeys(sharing))),
        "total": short_amount(sum(stand.targets), stand.unit),
        "actual": short_amount(stand.actual, stand.unit),
        "target": short_amount(stand.target, stand.unit),
        "attained": formats.percent(stand.attainment),
        "period": formats.period(stand.through.label) if stand.through else "",
    }
    if not any(stand.targets):
        first = _("{name} has no target for {year} yet.")
    elif stand.attainment is None or stand.unit == "ratio":
        first = (
            _("{name} is set for {year}.")
            if stand.unit == "ratio"
            else _("{name} is to reach {total} in {year}.")
        )
    elif stand.through == stand.periods[-1]:
        first = _("{name} reached {attained} of its target in {year}: {actual} of {target}.")
    else:
        first = _("{name} stands at {attained} of its target up to {period}: {actual} of {target}.")
    second = _("{teams} share it.") if len(sharing) > 1 else _("Only {teams} shares it.")
    if not sharing:
        second = _("No team shares it.")
    leaving = {each.team: each.to for each in dated}.items()  # the last time of each
    third = [
        (_("{team} left it on {day}.") if day <= company.as_of else _("{team} leaves it on {day}.")).format(
            team=teams.get(team, team), day=formats.day(day)
        )
        for team, day in leaving
        if day is not None
    ]
    return " ".join([first.format(**words), second.format(**words), *third])


def draw_by_period(stand: Stand, key: str) -> None:
    """Last year, the target and this year so far, by period."""
    company = workspace.current().book().company
    figure = target_charts.target_by_period(
        stand.periods,
        stand.last_year,
        stand.targets,
        stand.actuals,
        stand.unit,
        company.currency,
        company.digits,
    )
    charts.show(figure, key, _("The target of each period beside last year's result and this year's so far"))


def draw_cascade(viewer: Viewer, title: str, cascade: Cascade, key: str) -> None:
    """What each team and person gets, what that adds up to, and the way out."""
    company = workspace.current().book().company
    named = owner_names()
    if any(level.below is not None for level in cascade.levels):
        figure = target_charts.assigned_bars(
            cascade.levels, named, team_colours(company.teams), cascade.unit, company.currency, company.digits
        )
        charts.show(figure, f"{key}_assigned", _("What the parts add up to, against the target above them"))
    table, columns = cascade_table(cascade, named)
    show_table(
        table,
        columns,
        f"{key}_table",
        currency=company.currency,
        digits=company.digits,
        alt=_("Parts of the target"),
    )
    download_table(viewer, title, table, columns, f"{key}_parts")


def cascade_table(cascade: Cascade, named: dict[str, str]) -> tuple[pa.Table, list[Column]]:
    """The levels as a table: the year, what the parts below add up to, then each period."""
    levels = cascade.levels
    data: dict[str, pa.Array] = {
        "who": pa.array(
            ["\u2003" * level.depth + owner_name(level.owner, named) for level in levels], pa.string()
        ),
        "unit": pa.array([cascade.unit] * len(levels), pa.string()),
    }
    columns = [Column("who", _("Who"), pinned=True)]
    if cascade.unit != "ratio":
        yearly = [
            Column("share", _("Share"), "percent", _("Of the target one level above")),
            Column("total", _("Target"), "measured", _("The year's target, from the top down")),
            Column(
                "effective",
                _("Effective"),
                "measured",
                _("After proration, ramp and leave, as today's plans say"),
            ),
            Column(
                "below", _("Parts add up to"), "measured", _("The sum of the parts below, from the bottom up")
            ),
            Column(
                "effective_below",
                _("Effective parts add up to"),
                "measured",
                _("The sum of the parts below after proration, ramp and leave; open seats count whole"),
            ),
            Column(
                "over", _("Over-assigned"), "percent", _("How far the parts add up to more than the target")
            ),
        ]
        cut = any(level.effective != level.total for level in levels)
        for column in yearly if cut else [each for each in yearly if "effective" not in each.name]:
            values = [getattr(level, column.name) for level in levels]
            if any(value is not None for value in values):
                data[column.name] = pa.array(values, pa.int64())
                columns.append(column)
    for index, period in enumerate(cascade.periods):
        data[f"p{index}"] = pa.array([level.amounts[index] for level in levels], pa.int64())
        columns.append(Column(f"p{index}", formats.period(period.label), "measured"))
    return pa.table(data), columns


def draw_history(viewer: Viewer, entry: TargetEntry) -> None:
    """Who saved which version when."""
    versions = targets.target_history(viewer, entry.target.id)
    with st.expander(_("Versions ({number})").format(number=len(versions))):
        table = pa.table(
            {
                "version": pa.array([version.version for version in versions], pa.int64()),
                "by": pa.array([saved_by(version.saved_by) for version in versions], pa.string()),
                "at": pa.array([when(version.saved_at) for version in versions], pa.string()),
                "note": pa.array([version.note for version in versions], pa.string()),
            }
        )
        columns = [
            Column("version", _("Version"), "whole"),
            Column("by", _("Saved by")),
            Column("at", _("Saved at")),
            Column("note", _("Note")),
        ]
        show_table(table, columns, f"versions_{entry.target.id}", alt=_("Versions of the target"))


def stale_words(stale: Stale) -> str:
    """What to tell the second of two editors."""
    if stale.saved_at is None:
        return _("Somebody saved this target while you were editing. Nothing of yours was lost.")
    text = _("{who} saved this target at {when}, while you were editing. Nothing of yours was lost.")
    return plain(text.format(who=saved_by(stale.saved_by), when=when(stale.saved_at)))


def owner_names() -> dict[str, str]:
    """Owners of parts by name: the company, teams and people."""
    known = people(workspace.current().book())
    return {
        "company": known.company or _("The company"),
        **{f"team:{key}": name for key, name in known.teams.items()},
        **{f"payee:{key}": name for key, name in known.payees.items()},
    }


def owner_name(owner: str, named: dict[str, str]) -> str:
    """An owner's name; an open seat goes by its own."""
    if owner.startswith(target_form.SEAT):
        return names.seat(owner.removeprefix(target_form.SEAT))
    return named.get(owner, owner)


def saved_by(viewer_name: str) -> str:
    """Who saved, in words: a role, and the team or person of it."""
    role, *ids = viewer_name.split(":")
    known = people(workspace.current().book())
    who = [known.teams.get(each) or known.payees.get(each) or each for each in ids]
    return ", ".join([names.role(role), *who])


def when(moment: datetime) -> str:
    """A moment in the company's time zone."""
    return formats.moment(moment, workspace.current().book().company.time_zone)


def short_amount(value: int, unit: Unit) -> str:
    """A compact figure in a measure's unit."""
    company = workspace.current().book().company
    return formats.amount(value, unit, company.currency, company.digits, compact=True)
