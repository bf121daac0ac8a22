"""Who is under the plans of a set, when, and at which target incentive."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from revplan.model.book import Book
from revplan.rules.people import Stint, spans, stints

_COVERED = pa.schema(
    [
        ("payee_id", pa.string()),
        ("team_id", pa.string()),
        ("team", pa.string()),
        ("starts_on", pa.date32()),
        ("ends_on", pa.date32()),
        ("target_incentive", pa.int64()),
    ]
)


def covered(book: Book, plan_sets: Sequence[str]) -> pa.Table:
    """Everybody's time under a plan of these sets: (payee_id, team_id, team, starts_on, ends_on exclusive,
    annual target_incentive), a row for each stint from its first to its last day under a plan."""
    roster = stints(book)
    dates: dict[Stint, tuple[date, date]] = {}
    for span in (span for name in plan_sets for span in spans(book, name, roster)):
        first, last = dates.get(span.stint, (span.start, span.end))
        dates[span.stint] = (min(first, span.start), max(last, span.end))
    rows = [
        {
            "payee_id": stint.payee_id,
            "team_id": stint.team_id,
            "team": stint.team_id,
            "starts_on": first,
            "ends_on": last,
            "target_incentive": stint.incentive,
        }
        for stint, (first, last) in dates.items()
    ]
    return pa.Table.from_pylist(rows, _COVERED)
