"""What must be closed for somebody, or a team, to be paid so much: asked of a book, and said in words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from revplan.access import Viewer
from revplan.issues import Issue, Unfit
from revplan.metrics import alignment
from revplan.metrics.alignment import Window
from revplan.money import MILLION, parse_number, round_half_away, to_minor
from revplan.rules.covered import covered
from revplan.service import solving
from revplan.service.solving import Ground, NotSolved
from revplan.simulate.needed import MOST, Goal, Grows, Needed, Standing, needed
from revplan.words import _, formats

__all__ = ["COMPONENTS", "Asked", "Needed", "answer", "ask", "asked_of", "components", "sentence"]

Told = Callable[[int, int], bool]


@dataclass(frozen=True)
class Asked:
    """A goal with the name of whom it is about, and the target pay in its span (minor units)."""

    goal: Goal
    name: str
    target_pay: int


LARGEST = 2**62
"""No pay comes to so many minor units."""


def asked_of(ground: Ground, *, team: str = "", payee: str = "", earns: str, grows: Grows = "own") -> Asked:
    """What is asked on a ground: `earns` is an amount in the company's currency, or a share of target pay as
    "120%". Raises NotSolved for somebody unknown, and for what is no amount above 0 and
    below LARGEST."""
    book, company = ground.book, ground.book.company
    names = {each.id: each.name for each in company.teams}
    if not team:
        rows = book.tables["payees"].select(["payee_id", "name"]).to_pylist()
        names = {row["payee_id"]: row["name"] for row in rows}
    if (team or payee) not in names:
        code = "scenario_unknown_team" if team else "scenario_unknown_payee"
        said = {"team": team, "payee": payee, "known": ", ".join(sorted(names))}
        raise NotSolved([Issue(code, "error", parameters=said)])
    people = alignment.target_pay(
        covered(book, (ground.plan_set,)), ground.over, company.calendar, company.as_of
    )
    column, who = ("team_id", team) if team else ("payee_id", payee)
    target_pay = sum(row["target_pay"] for row in people.to_pylist() if row[column] == who)
    try:
        number = parse_number(earns)
        is_share = bool(re.search(r"%\s*$", earns))
        earn = (
            round_half_away(Fraction(number) * target_pay) if is_share else to_minor(number, company.digits)
        )
    except ValueError:
        earn = 0
    if not 0 < earn < LARGEST:
        raise NotSolved([Issue("needed_nothing", "error", parameters={"text": earns})])
    span = ground.over[0].start, ground.over[-1].end
    return Asked(Goal(ground.plan_set, *span, team, payee, earn, grows), names[team or payee], target_pay)


def answer(ground: Ground, asked: Asked, told: Told = lambda done, of: True) -> Needed | None:
    """See `simulate.needed.needed`. Raises NotSolved where there are no deals that could grow."""
    try:
        return needed(ground.book, asked.goal, told)
    except Unfit as wrong:
        code = "needed_no_deals" if wrong.code == "scenario_no_deals" else wrong.code
        raise NotSolved([Issue(code, "error", parameters=wrong.parameters)]) from wrong


def ask(
    viewer: Viewer, plan_set: str, over: Sequence[Window], *, team: str = "", payee: str = "", earns: str,
    grows: Grows = "own",
) -> tuple[Ground, Asked]:  # fmt: skip
    """The workspace's ground, and what is asked on it; `answer` works it out. CRO and finance only."""
    ground = solving.ground(viewer, plan_set, over)
    return ground, asked_of(ground, team=team, payee=payee, earns=earns, grows=grows)


# ---------------------------------------------------------------- what was found


def sentence(ground: Ground, asked: Asked, found: Needed) -> str:
    """The answer in a sentence or two."""
    company = ground.book.company

    def money(amount: int) -> str:
        return formats.money(amount, company.currency, company.digits)

    said = {
        "name": asked.name,
        "earn": money(asked.goal.earn),
        "now": money(found.now.payout),
        "then": money(found.then.payout),
        "closed": money(found.now.closed),
        "more": money(found.then.closed),
        "most": formats.number(MOST),
    }
    own = asked.goal.grows == "own"
    if found.factor is None:
        text = (
            _("{name} cannot earn {earn} by own deals: {most} times as large they would pay {then}; they pay "
              "{now} now.")
            if own
            else _("{name} cannot earn {earn} by the company's deals: {most} times as large they would pay "
                   "{then}; they pay {now} now.")
        )  # fmt: skip
        return text.format(**said)
    said["by"] = formats.percent(round_half_away(abs(found.factor - 1) * MILLION), 1)
    if found.factor > 1:
        text = (
            _("{name} earns {then} if own deals grow by {by}: {more} closed instead of {closed}.")
            if own
            else _(
                "{name} earns {then} if the company's deals grow by {by}: {more} closed instead of {closed}."
            )
        )
    elif found.factor == 0:
        text = _("{name} earns {earn} whatever is closed: {then} even with nothing.")
    else:
        text = (
            _("{name} earns {earn} already: own deals could fall by {by}, to {more}, and still pay {then}.")
            if own
            else _("{name} earns {earn} already: the company's deals could fall by {by}, to {more}, and "
                   "still pay {then}.")
        )  # fmt: skip
    return text.format(**said)


COMPONENTS = pa.schema(
    [
        ("component_name", pa.string()),
        ("attainment", pa.int64()),
        ("attainment_then", pa.int64()),
        ("payout", pa.int64()),
        ("payout_then", pa.int64()),
    ]
)
"""Each component now and then: attainment in millionths, null where undefined; payouts in minor units."""


def components(ground: Ground, found: Needed) -> pa.Table:
    """What each component reached and paid, as it is and at the answer (COMPONENTS)."""
    sides = [_by_component(ground, each) for each in (found.now, found.then)]
    rows = []
    for key in sorted({**sides[0], **sides[1]}):
        (attainment, payout), (attainment_then, payout_then) = (side.get(key, (None, 0)) for side in sides)
        rows.append(
            {
                "component_name": key[2],
                "attainment": attainment,
                "attainment_then": attainment_then,
                "payout": payout,
                "payout_then": payout_then,
            }
        )
    return pa.Table.from_pylist(rows, COMPONENTS)


def _by_component(ground: Ground, side: Standing) -> dict[tuple[str, ...], tuple[int | None, int]]:
    company = ground.book.company
    keys = ("plan_id", "component_id", "component_name")
    lines = alignment.placed(side.lines, ground.over)
    on_plans = covered(ground.book, (ground.plan_set,))
    at_target = alignment.target_pay(on_plans, ground.over, company.calendar, company.as_of)
    attained = alignment.measure_attainment(alignment.weigh(lines, at_target, company.calendar), keys)
    paid = alignment.total_by(lines, keys, "payout").to_pylist()
    return {(key := tuple(row[name] for name in keys)): (attained.get(key), row["payout"]) for row in paid}
