"""Where targets stand: the actual of every target and portion in each of its periods."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import pyarrow as pa

from revplan.engine.duck import Session, TooLarge
from revplan.issues import Issue, Where
from revplan.metrics.facts import bind_tables
from revplan.metrics.measures import measure_of
from revplan.model.book import Book
from revplan.model.credit import Credit
from revplan.model.plan import Counted, Plan
from revplan.model.results import STANDINGS
from revplan.model.targets import Target
from revplan.money import MILLION, divide_half_away
from revplan.periods import Period
from revplan.rules.effective import EffectiveQuotas
from revplan.rules.feeds import Feeds, Level, Scope, level_of
from revplan.rules.people import Span, Stint, hierarchy, people_tables, stints
from revplan.rules.quotas import Quotas, parent_of, target_periods


@dataclass(frozen=True)
class _Ground:
    """What every target is read against; the stints of each payee in order of date."""

    book: Book
    quotas: Quotas
    effective: EffectiveQuotas
    stints: Mapping[str, Sequence[Stint]]


@dataclass(frozen=True)
class _Moment:
    """A period of a target, with what holds of it for all owners."""

    period: Period
    status: str
    last_day: date  # so far
    shared_with: list[str]


def standings(
    feeds: Feeds, book: Book, quotas: Quotas, roster: tuple[Stint, ...], on_plans: tuple[Span, ...]
) -> pa.Table:
    """Every target, whole and by portion, for each of its periods (schema STANDINGS).

    `on_plans` says which plans' proration, ramp and leave make a payee's part effective.

    The company's actual comes straight from the measure, each transaction once; a team's or payee's
    from credits, by the rule of the plans that pay on this target.
    """
    rows: list[dict[str, object]] = []
    stints_of: dict[str, list[Stint]] = defaultdict(list)
    for stint in roster:
        stints_of[stint.payee_id].append(stint)
    ground = _Ground(book, quotas, EffectiveQuotas(quotas, on_plans), stints_of)
    for target in quotas.targets.values():
        try:
            rows += _of_target(feeds, ground, target)
        except TooLarge:
            feeds.issues.append(Issue("standing_too_large", "error", Where(target=target.id)))
    rows.sort(
        key=lambda row: (row["target_id"], row["owner"] != "company", row["owner"], row["period_start"])
    )
    return pa.Table.from_pylist(rows, STANDINGS)


def _of_target(feeds: Feeds, ground: _Ground, target: Target) -> Iterator[dict[str, object]]:
    """The rows of one target and its portions."""
    book = ground.book
    above = {portion.owner: parent_of(target, portion) for portion in reversed(target.portions)}
    counted = Counted(measure=target.measure, credit=credit_rule(book, target.id, target.measure))
    periods = target_periods(book.company, target)
    moments = [_moment(ground, target, period) for period in periods]
    owners = sorted(owner for target_id, owner in ground.quotas.months if target_id == target.id)
    for (level, is_seat), of_level in groupby(owners, key=lambda owner: (level_of(owner), _is_seat(owner))):
        found = {} if is_seat else _actuals(feeds, counted, level, periods)
        for owner in of_level:
            for moment in moments:
                actual = found.get((_who(owner), moment.period.label))
                row = _row(ground, target, owner, above.get(owner, ""), moment, actual)
                if row is not None:
                    yield row


def _moment(ground: _Ground, target: Target, period: Period) -> _Moment:
    company, status = ground.book.company, "future"
    if period.start <= company.as_of:
        status = "final" if period.end <= company.as_of + timedelta(days=1) else "open"
    # As in the cells, a period belongs to whoever shares the target on its last day so far.
    last_day = company.as_of if status == "open" else period.end - timedelta(days=1)
    sharing = [
        team.id
        for team in company.teams
        if target.shared_with and ground.quotas.shares(target.id, team.id, last_day)
    ]
    return _Moment(period, status, last_day, sharing)


def actuals(
    book: Book, measure: str, periods: Iterable[Period], owner: str = "company", credit: Credit | None = None
) -> list[int | None]:
    """What a measure came to in each period, for the company, a team or a payee.

    Minor units or millionths; 0 for a sum without facts, None for a ratio without any.
    """
    roster = stints(book)
    chain, _ = hierarchy(roster)
    wanted = list(periods)
    with Session() as session:
        bind_tables(session, book)
        for name, table in people_tables(roster, chain).items():
            session.bind(name, table)
        feeds = Feeds(session, book.company)
        counted = Counted(measure=measure, credit=credit or credit_rule(book, "", measure))
        found = _actuals(feeds, counted, level_of(owner), wanted)
    none = 0 if measure_of(book.company, measure).additive else None
    return [found.get((_who(owner), period.label), none) for period in wanted]


def _is_seat(owner: str) -> bool:
    """Whether nobody holds it yet: no credit can be its own."""
    return owner.startswith("vacancy:")


def _who(owner: str) -> str:
    return owner.partition(":")[2]


def _actuals(
    feeds: Feeds, counted: Counted, level: Level, periods: list[Period]
) -> dict[tuple[str, str], int]:
    """Actuals by (who, period label); nothing for who has none."""
    found: dict[tuple[str, str], int] = {}
    if feeds.measure(counted.measure).additive:
        totals = feeds.totals(counted, Scope(level, employed=level == "payee"), "plan")
        months = feeds.session.run(
            f"SELECT who, CAST(month AS DATE) AS month, CAST(n AS BIGINT) AS n FROM {totals}"
        )
        label = {
            month.start: period.label
            for period in periods
            for month in feeds.company.calendar.periods(period.start, period.end, "month")
        }
        for row in months.to_pylist():
            if row["month"] in label:
                key = (row["who"], label[row["month"]])
                found[key] = found.get(key, 0) + row["n"]
        return found
    labels = {(period.start, period.end): period.label for period in periods}
    table = feeds.ratio(counted, level, set(labels), "plan")
    ratios = feeds.session.run(
        "SELECT who, window_start, window_end, CAST(n AS VARCHAR) AS n, CAST(d AS VARCHAR) AS d "
        f"FROM {table} WHERE d > 0"
    )
    for row in ratios.to_pylist():
        value = divide_half_away(int(row["n"]) * MILLION, int(row["d"]))
        found[(row["who"], labels[(row["window_start"], row["window_end"])])] = value
    return found


def _row(
    ground: _Ground, target: Target, owner: str, above: str, moment: _Moment, actual: int | None
) -> dict[str, object] | None:
    """One owner's row; `above` is whose amount its own is divided from."""
    quotas, period, status = ground.quotas, moment.period, moment.status
    amount = quotas.amount(target.id, owner, period.start, period.end)
    divisor = ground.effective.amount(target.id, owner, period)
    if amount is None or divisor is None:
        return None
    if status == "future":
        actual = None
    elif actual is None and quotas.units[target.id] != "ratio":
        actual = 0
    level, who = level_of(owner), _who(owner)
    team = who if level == "team" else ""
    if level == "payee":
        team = _team_on(ground.stints.get(who, ()), moment.last_day)
    elif _is_seat(owner):
        team = _who(above) if level_of(above) == "team" else ""
    return {
        "target_id": target.id,
        "target_name": target.name,
        "measure": target.measure,
        "unit": quotas.units[target.id],
        "owner": owner,
        "team_id": team,
        "payee_id": who if level == "payee" else "",
        "grain": target.grain,
        "period": period.label,
        "period_start": period.start,
        "period_end": period.end,
        "target": amount,
        "effective": divisor,
        "parts": ground.effective.below(target, owner, period),
        "actual": actual,
        "attainment": None
        if actual is None or divisor <= 0 or _is_seat(owner)
        else divide_half_away(actual * MILLION, divisor),
        "shared_with": moment.shared_with,
        "status": status,
    }


def _team_on(stints: Sequence[Stint], day: date) -> str:
    return next((stint.team_id for stint in reversed(stints) if stint.start <= day), "")


def credit_rule(book: Book, target_id: str, measure: str) -> Credit:
    """How a target's portions are credited: as the first component that counts against it, in order of
    plan id and version; else as the first that counts the measure; else by splits where they fit."""
    fits = measure_of(book.company, measure).fits
    components = [c for plan in sorted(book.plans, key=_place) for c in plan.components]
    counted = [c for c in components if c.measure == measure and c.scope != "shared"]
    for component in [*(c for c in counted if c.target == target_id), *counted]:
        if component.credit.rule in fits:
            return component.credit
    return Credit(rule="splits" if "splits" in fits or not fits else "csm")


def _place(plan: Plan) -> tuple[str, int]:
    return plan.id, plan.version
