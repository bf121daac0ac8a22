"""What closing periods keeps, as text: each month with its lines, adjustments and pay."""

from collections import Counter
from datetime import timedelta

from revplan.model.closes import Close
from revplan.periods import month_label
from revplan.report.plain_text import table_text
from revplan.words import _, formats


def close_text(close: Close, currency: str, digits: int) -> str:
    """A title and a table with a row for each month and one for all."""
    lines: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    pay: Counter[str] = Counter()
    for end, payout in zip(
        *(close.lines[name].to_pylist() for name in ("period_end", "payout")), strict=True
    ):
        month = month_label(end - timedelta(days=1))
        lines[month] += 1
        pay[month] += payout
    of_entries = (close.adjustments[name].to_pylist() for name in ("period", "amount"))
    for month, amount in zip(*of_entries, strict=True):
        entries[month] += 1
        pay[month] += amount

    def row(name: str, months: list[str]) -> tuple[str, ...]:
        sums = [sum(counted[month] for month in months) for counted in (lines, entries, pay)]
        money = formats.money(sums[2], currency, digits)
        return name, formats.number(sums[0]), formats.number(sums[1]), money

    months = sorted({*lines, *entries})
    rows = [*(row(formats.period(month), [month]) for month in months), row(_("Total"), months)]
    title = _("Plan set {name}, closed up to {day} by {who} on {on}").format(
        name=close.plan_set,
        day=formats.day(close.end - timedelta(days=1)),
        who=close.closed_by,
        on=formats.day(close.closed_on),
    )
    columns = [_("Month"), _("Lines"), _("Adjustments"), _("Pay")]
    return f"{title}\n\n{table_text(columns, rows, right=[1, 2, 3])}"
