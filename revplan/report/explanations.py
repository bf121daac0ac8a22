"""Lines with their stories: as text for a terminal, and as a sheet of the workbook."""

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from revplan.model.book import Book
from revplan.model.explanation import Explanation, Part
from revplan.model.results import RunResult
from revplan.money import to_major
from revplan.report.contents import Contents
from revplan.report.plain_text import printable, table_text
from revplan.report.sheets import Sheet
from revplan.rules.explain.line import Explainer
from revplan.words import _, formats, names, ngettext
from revplan.words.story import story
from revplan.words.table_words import terms_for

MOST_DEALS = 12
"""So many deals of a line are listed in a terminal: those that pay most."""
MOST_LINES = 5_000
"""A workbook tells the stories of so many lines at most: a page of print takes about eight."""

_TEXT = 110


def lines_of(result: RunResult, payee_id: str, start: date, end: date, component_id: str = "") -> list[int]:
    """A payee's lines whose payment period lies in [start, end), in order; of one component, if given."""
    lines = result.lines
    wanted = pc.and_(pc.equal(lines["payee_id"], payee_id), pc.greater_equal(lines["period_start"], start))
    wanted = pc.and_(wanted, pc.less_equal(lines["period_end"], end))
    if component_id:
        wanted = pc.and_(wanted, pc.equal(lines["component_id"], component_id))
    found: list[int] = lines.filter(wanted).sort_by("line_id")["line_id"].to_pylist()
    return found


def explained_text(book: Book, result: RunResult, line_ids: Sequence[int]) -> str:
    """Those lines with their stories and what they are made of, in the reader's language."""
    explainer, terms = Explainer(book, result), terms_for(book.company, book.targets, book.plans)
    told = [explainer.explain(line_id) for line_id in line_ids]
    deals = deal_names(book, [part.opportunity_id for one in told for part in one.parts])
    blocks = []
    for one in told:
        sentences = [f"  {text}" for text in story(one, terms).sentences]
        lines = [title_of(one, result), *sentences, *_made_of(one, result, deals)]
        blocks.append("\n".join(map(printable, lines)))
    return "\n\n".join(blocks)


def title_of(told: Explanation, result: RunResult) -> str:
    """Who is paid what for which component and period."""
    return _("{who}, {component}, {period}: {amount}").format(
        who=told.payee_name,
        component=told.component.name,
        period=formats.period(told.period),
        amount=formats.money(told.payout, result.currency, result.digits),
    )


def _made_of(told: Explanation, result: RunResult, deals: dict[str, str]) -> Iterator[str]:
    """The parts that are not 0 as a table: those that pay most, the rest of them in one row."""
    parts = [part for part in told.parts if part.part]
    if not parts:
        return
    order = sorted(range(len(parts)), key=lambda i: (-abs(parts[i].part), i))
    rows = [_row(parts[i], told, result, deals) for i in sorted(order[:MOST_DEALS])]
    left = order[MOST_DEALS:]
    if left:
        text = ngettext("{count} more", "{count} more", len(left)).format(count=formats.number(len(left)))
        amount = sum(parts[i].part for i in left)
        rows.append((text, "", "", formats.money(amount, result.currency, result.digits)))
    titles = [_("Deal"), _("Date"), _("Counted"), _("Part of the pay")]
    yield from (f"    {line}" for line in table_text(titles, rows, right=[2, 3]).split("\n"))


def _row(part: Part, told: Explanation, result: RunResult, deals: dict[str, str]) -> tuple[str, ...]:
    is_deal = part.kind == "deal"
    name = deals.get(part.opportunity_id) or part.opportunity_id or part.transaction_id
    counted = formats.amount(part.credit, told.x.unit, result.currency, result.digits) if is_deal else ""
    return (
        name if is_deal else names.part_kind(part.kind),
        formats.day(part.on_date) if part.kind in ("deal", "catch_up") else "",
        counted,
        formats.money(part.part, result.currency, result.digits),
    )


def deal_names(book: Book, wanted: Sequence[str], table: str = "opportunities") -> dict[str, str]:
    """Names by id of opportunities, or of accounts."""
    rows = book.tables.get(table)
    if rows is None or not rows.num_rows:
        return {}
    key = {"opportunities": "opportunity_id", "accounts": "account_id"}[table]
    found = rows.filter(pc.is_in(rows[key], value_set=pa.array(sorted({*wanted}), pa.string())))
    return dict(zip(found[key].to_pylist(), found["name"].to_pylist(), strict=True))


def stories(book: Book, result: RunResult, most: int = MOST_LINES) -> dict[int, str]:
    """The story of each line in one text, in the reader's language; nothing of a run with more lines."""
    if result.lines.num_rows > most:
        return {}
    explainer, terms = Explainer(book, result), terms_for(book.company, book.targets, book.plans)
    line_ids: list[int] = result.lines["line_id"].to_pylist()
    return {line_id: " ".join(story(explainer.explain(line_id), terms).sentences) for line_id in line_ids}


def write_explanations(sheet: Sheet, contents: Contents) -> None:
    """A row for each line with its story: how its amount was worked out."""
    for column, width in enumerate((24, 30, 12, 14, _TEXT)):
        sheet.page.set_column(column, column, width)
    sheet.title(_("Explanations"), _("How each amount was worked out, from what counted to what is paid."))
    titles = [_("Name"), _("Component"), _("Paid for"), _("Payout"), _("How it was worked out")]
    sheet.header(titles, numbers=frozenset({3}))
    sheet.page.freeze_panes(sheet.row, 1)
    sheet.page.repeat_rows(sheet.row - 1)
    first = sheet.row - 1
    columns = ["line_id", "payee_name", "component_name", "period", "payout"]
    for row in contents.result.lines.select(columns).to_pylist():
        sheet.wrapped({4: (contents.stories[row["line_id"]], _TEXT)}, valign="top")
        sheet.put(0, row["payee_name"], valign="top")
        sheet.put(1, row["component_name"], valign="top")
        sheet.put(2, formats.period(row["period"]), valign="top")
        sheet.put(3, to_major(row["payout"], sheet.book.digits), "money", valign="top")
        sheet.row += 1
    sheet.page.autofilter(first, 0, sheet.row - 1, 4)
