"""The workbook's targets: a block for each target and fiscal year, its owner first, then its portions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from revplan.report.contents import Contents
from revplan.report.sheets import Sheet, in_units, unit_kind
from revplan.words import _, formats, names

Row = Mapping[str, object]


def write_targets(sheet: Sheet, contents: Contents) -> None:
    """Amounts by period with totals as formulas; ratios don't add up and get no total."""
    sheet.page.set_column(0, 0, 30)
    sheet.page.set_column(1, 20, 16)
    sheet.title(
        _("Targets"), _("What should be reached: the whole, and the parts handed down to teams and people.")
    )
    blocks: dict[tuple[str, str], list[Row]] = {}
    for row in contents.result.standings.to_pylist():
        year = contents.company.calendar.period_of(row["period_start"], "year").label
        blocks.setdefault((row["target_id"], year), []).append(row)
    for (__, year), rows in blocks.items():
        _write_block(sheet, contents, year, rows)
    if not blocks:
        sheet.row += 1
        sheet.put(0, _("There are no targets yet."))


def _write_block(sheet: Sheet, contents: Contents, year: str, rows: Sequence[Row]) -> None:
    first, unit = rows[0], str(rows[0]["unit"])
    sheet.heading(f"{first['target_name']} · {year}")
    sheet.put(0, _told(contents, rows), font_color="#5C6B73")
    sheet.row += 1
    starts = {str(row["period"]): str(row["period_start"]) for row in rows}
    periods = sorted(starts, key=lambda label: starts[label])
    amounts = {(str(row["owner"]), str(row["period"])): _amount(row["target"]) for row in rows}
    adds_up = unit != "ratio"
    titles = [_("Whose"), *map(formats.period, periods), *([_("Total")] if adds_up else [])]
    sheet.header(titles, numbers=frozenset(range(1, len(titles))))
    for owner in dict.fromkeys(sorted((str(row["owner"]) for row in rows), key=_rank)):
        whole = owner == "company"
        sheet.put(0, contents.owner_label(owner), bold=whole)
        for column, label in enumerate(periods, 1):
            value = in_units(amounts.get((owner, label)), unit, contents.result.digits)
            sheet.put(column, value, unit_kind(unit), bold=whole)
        if adds_up:
            block = f"{xl_rowcol_to_cell(sheet.row, 1)}:{xl_rowcol_to_cell(sheet.row, len(periods))}"
            total = in_units(sum(amounts.get((owner, p)) or 0 for p in periods), unit, contents.result.digits)
            sheet.formula(len(periods) + 1, f"=SUM({block})", total or Decimal(0), unit_kind(unit), bold=True)
        sheet.row += 1


def _told(contents: Contents, rows: Sequence[Row]) -> str:
    """What the target counts, how often, and who shares it."""
    grain = names.named(names.GRAINS_LONG, str(rows[0]["grain"]))
    text = f"{contents.measure_label(str(rows[0]['measure']))} · {grain}"
    lists = [row["shared_with"] for row in rows]
    teams = dict.fromkeys(str(team) for shared in lists if isinstance(shared, list) for team in shared)
    if teams:
        listed = formats.listed([contents.team_label(team) for team in teams])
        return f"{text} · " + _("shared by {teams}").format(teams=listed)
    return text


def _rank(owner: str) -> tuple[int, str]:
    return (("company", "team", "payee", "vacancy").index(owner.partition(":")[0]), owner)


def _amount(value: object) -> int | None:
    return value if isinstance(value, int) else None
