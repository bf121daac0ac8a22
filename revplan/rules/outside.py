"""Credit of days on which its payee was in no team: it counts for nobody, and somebody must know."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from revplan.issues import Issue, Severity, Where
from revplan.model.credit import ATTRIBUTED
from revplan.rules.feeds import Feeds
from revplan.rules.people import Span, Stint


class _Candidate(NamedTuple):
    """What could be said of a payee; the least is said."""

    by_touches: bool
    counts: bool
    fewer: int
    said: dict[str, str | int]


def credited_outside(feeds: Feeds, roster: Sequence[Stint], on_plans: Sequence[Span]) -> list[Issue]:
    """One issue for each payee credited before joining, between two stints or after leaving: a warning, or a
    note where only touches of long ago say so, since that is in their nature.

    Days from the first on which anybody is on a plan of the set matter, and those of the period in which a
    payee joins do not where the plan asks only who is there at its end: they are paid. Of several measures
    the one with most transactions speaks, owners before touches and money before counts: deals that two
    measures count are the same deals.
    """
    if not on_plans:
        return []
    first_day = min(span.start for span in on_plans).isoformat()
    feeds.session.bind("paid_anyway", _paid_anyway(feeds, on_plans))
    names = {stint.payee_id: stint.name for stint in roster}
    found: dict[str, list[_Candidate]] = {}
    for (measure, credit, _rate), credits in feeds.credits.items():
        rows = feeds.session.run(
            f"""
            SELECT payee_id, count(DISTINCT transaction_id) AS number, CAST(sum(credit) AS VARCHAR) AS total,
                CAST(min(on_date) AS VARCHAR) AS first_day, CAST(max(on_date) AS VARCHAR) AS last_day
            FROM {credits} AS c
            WHERE team_id = '' AND payee_id <> '' AND on_date >= CAST(? AS DATE) AND NOT EXISTS (
                SELECT 1 FROM paid_anyway AS p
                WHERE p.payee = c.payee_id AND c.on_date >= p.starts_on AND c.on_date < p.ends_on)
            GROUP BY payee_id""",
            [first_day],
        )
        for row in rows.to_pylist():
            if row["payee_id"] not in names:
                continue  # nobody of that name was ever here: the data checks say so
            said: dict[str, str | int] = {
                "who": names[row["payee_id"]],
                "number": row["number"],
                "measure": measure.name,
                "first": row["first_day"],
                "last": row["last_day"],
            }
            if measure.unit == "money":
                said["left_amount"] = int(row["total"])
            candidate = _Candidate(credit.rule in ATTRIBUTED, measure.unit != "money", -row["number"], said)
            found.setdefault(row["payee_id"], []).append(candidate)
    return [_issue(payee, found[payee]) for payee in sorted(found)]


def _paid_anyway(feeds: Feeds, on_plans: Sequence[Span]) -> pa.Table:
    """payee, starts_on, ends_on (exclusive): days before joining in a period at whose end the payee is there,
    where a component asks for no more."""
    rows = set()
    for span in on_plans:
        grains = {c.measured_per for c in span.plan.components if c.eligibility == "at_period_end"}
        for grain in grains:
            period = feeds.company.calendar.period_of(span.start, grain)
            if period.end <= span.end:
                rows.add((span.stint.payee_id, period.start, span.start))
    columns = [list(column) for column in zip(*sorted(rows), strict=True)] or [[], [], []]
    kinds = {"payee": pa.string(), "starts_on": pa.date32(), "ends_on": pa.date32()}
    return pa.table(
        {name: pa.array(values, kind) for (name, kind), values in zip(kinds.items(), columns, strict=True)}
    )


def _issue(payee: str, candidates: list[_Candidate]) -> Issue:
    best = min(candidates, key=lambda one: (*one[:3], str(one.said["measure"])))
    code = "counted_outside" if best.counts else "credited_outside"
    severity: Severity = "note" if best.by_touches else "warning"
    return Issue(code, severity, Where(table="payees", payee=payee), best.said)
