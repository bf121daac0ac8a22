"""A comparison in words: the sentence that opens it, and its tables for a terminal and for files."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from revplan.metrics.alignment import Together, Window
from revplan.report.columns import Column
from revplan.report.csv_files import csv_table
from revplan.report.plain_text import table_text
from revplan.service.compare import Comparison, Totals
from revplan.words import _, formats, names, ngettext


def opening_sentence(comparison: Comparison) -> str:
    """What the comparison says, in one sentence.

    About the team whose pay in the quarters that the company missed changes most between the sets; where no
    quarter was missed, or nobody has a target incentive, about cost.
    """
    c = comparison
    if not c.windows and c.target_name:
        return _("No period of {target} has begun yet.").format(target=c.target_name)
    if not c.windows:
        return _("There is no shared revenue target yet, so there is nothing to hold pay against.")
    telling = _most_telling(c)
    if telling is None:
        return _about_cost(c)
    team = c.team_name(telling["team_id"])
    a, b = (formats.percent(telling[name], 0) for name in ("share_a", "share_b"))
    spell = periods_in_words(c.missed)
    if a == b:
        text = _(
            "{team} would be paid the same under both: {a} of target pay in the {periods} in which the "
            "company missed its target ({target})."
        )
    else:
        text = _(
            "Under “{set_a}” {team} is paid {a} of target pay in the {periods} in which the company missed "
            "its target ({target}); under “{set_b}” it would be {b}."
        )
    return text.format(team=team, a=a, b=b, periods=spell, target=c.target_name, **_sets(c))


def _most_telling(c: Comparison) -> Mapping[str, Any] | None:
    """The row of `missing` whose share of target pay changes most between the sets; a fall before a rise."""
    rows = [row for row in c.missing.to_pylist() if row["share_a"] is not None and row["share_b"] is not None]

    def change(row: Mapping[str, Any]) -> tuple[int, int, str]:
        fall = row["share_a"] - row["share_b"]
        return (abs(fall), fall, row["team_id"])

    return max(rows, key=change, default=None)


def _about_cost(c: Comparison) -> str:
    paid = [sum(c.teams[name].to_pylist()) for name in ("payout_a", "payout_b")]
    a, b = (formats.money(amount, c.currency, c.digits) for amount in paid)
    if not c.missed and c.finished:
        text = _("The company reached {target} in every finished period; “{set_a}” pays {a}, “{set_b}” {b}.")
    else:
        text = _("“{set_a}” pays {a}, “{set_b}” {b}.")
    return text.format(target=c.target_name, a=a, b=b, **_sets(c))


def _sets(c: Comparison) -> dict[str, str]:
    return {"set_a": names.plan_set(c.a), "set_b": names.plan_set(c.b)}


def periods_in_words(windows: Sequence[Window]) -> str:
    """Two quarters, one half-year, three years: how many of the company's periods, counted in words."""
    count = len(windows)
    grain = windows[0].label if windows else ""
    if "-Q" in grain:
        text = ngettext("{count} quarter", "{count} quarters", count)
    elif "-H" in grain:
        text = ngettext("{count} half-year", "{count} half-years", count)
    else:
        text = ngettext("{count} year", "{count} years", count)
    return text.format(count=_in_words(count))


def _in_words(count: int) -> str:
    small = (_("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"))
    return small[count] if count < len(small) else formats.number(count)


def together_words(together: Together) -> str:
    """How often the teams stood on the same side of their targets."""
    if not together.periods:
        return _("not enough finished periods to tell")
    text = ngettext(
        "in {together} of {count} finished period",
        "in {together} of {count} finished periods",
        together.periods,
    )
    return text.format(together=formats.number(together.together), count=formats.number(together.periods))


def comparison_text(comparison: Comparison) -> str:
    """The comparison for a terminal: its sentence, the company's quarters, the teams, the totals."""
    c = comparison
    parts = [opening_sentence(c)]
    if c.windows:
        parts += [_windows_text(c), _teams_text(c)]
    if c.windows and c.totals is not None:
        parts.append(_totals_text(c, c.totals))
    if c.after.num_rows:
        parts.append(_after_text(c))
    return "\n\n".join(parts) + "\n"


def _windows_text(c: Comparison) -> str:
    rows = [
        (
            formats.period(w.label),
            formats.money(w.target, c.currency, c.digits),
            formats.money(w.actual, c.currency, c.digits),
            formats.percent(w.attainment),
            _("missed") if w.missed else _("reached") if w.final else _("open"),
        )
        for w in c.windows
    ]
    titles = [_("Period"), _("Target"), _("Reached"), _("Attainment"), _("Company")]
    return f"{c.target_name}\n{table_text(titles, rows, right=(1, 2, 3))}"


def _teams_text(c: Comparison) -> str:
    pay, share, late = _("Pay: {set}"), _("Share of target pay: {set}"), _("While missing: {set}")
    set_a, set_b = _sets(c).values()
    titles = [
        _("Team"), pay.format(set=set_a), pay.format(set=set_b), _("Difference"),
        share.format(set=set_a), share.format(set=set_b), late.format(set=set_a), late.format(set=set_b),
    ]  # fmt: skip
    missing = {row["team_id"]: row for row in c.missing.to_pylist()}
    rows = []
    for row in c.teams.to_pylist():
        missed = missing.get(row["team_id"], {})
        rows.append(
            (
                c.team_name(row["team_id"]),
                formats.money(row["payout_a"], c.currency, c.digits),
                formats.money(row["payout_b"], c.currency, c.digits),
                formats.money(row["difference"], c.currency, c.digits, sign=True),
                formats.percent(row["share_a"]),
                formats.percent(row["share_b"]),
                formats.money(missed.get("payout_a"), c.currency, c.digits),
                formats.money(missed.get("payout_b"), c.currency, c.digits),
            )
        )
    return table_text(titles, rows, right=range(1, len(titles)))


def _totals_text(c: Comparison, totals: Totals) -> str:
    rows = [
        (_("Cost"), *(formats.money(x, c.currency, c.digits) for x in (totals.cost_a, totals.cost_b))),
        (
            _("Cost against the result"),
            *(formats.percent(x, 2, padded=True) for x in (totals.share_a, totals.share_b)),
        ),
        (
            _("Paid while missing"),
            *(formats.money(x, c.currency, c.digits) for x in (totals.missing_a, totals.missing_b)),
        ),
        (_("Teams together"), *(together_words(x) for x in (totals.together_a, totals.together_b))),
    ]
    gain, lose, same = map(formats.number, c.moves)
    moved = _("{gain} would be paid more, {lose} less, {same} the same.").format(
        gain=gain, lose=lose, same=same
    )
    return f"{table_text(['', *_sets(c).values()], rows, right=(1, 2))}\n\n{moved}"


def after_words(c: Comparison) -> list[str]:
    """What each row of `c.after` is called."""
    words = {"earned": _("Earned"), "paid": _("Paid out")}
    return [words.get(kind) or names.named(names.ADJUSTMENTS, kind) for kind in c.after["kind"].to_pylist()]


def paid_out_sentence(c: Comparison) -> str:
    """What is paid out of what is earned, where anything comes after it."""
    last = c.after.to_pylist()[-1]
    text = _(
        "Figures are what people earn. With draws, clawbacks, pay held and the like, {a} is paid out in "
        "these periods under “{set_a}” and {b} under “{set_b}”."
    )
    a, b = (formats.money(last[name], c.currency, c.digits) for name in ("amount_a", "amount_b"))
    return text.format(a=a, b=b, **_sets(c))


def _after_text(c: Comparison) -> str:
    rows = [
        (
            what,
            *(formats.money(row[name], c.currency, c.digits) for name in ("amount_a", "amount_b")),
            formats.money(row["difference"], c.currency, c.digits, sign=True),
        )
        for what, row in zip(after_words(c), c.after.to_pylist(), strict=True)
    ]
    titles = ["", *_sets(c).values(), _("Difference")]
    title = _("From earned to paid out")
    return f"{title}\n{table_text(titles, rows, right=(1, 2, 3))}"


def comparison_files(comparison: Comparison) -> dict[str, bytes]:
    """The comparison as CSV files in codes: teams, people, teams by period, paid while missing, and from what
    is earned to what is paid out."""
    figures = (
        Column("target_pay", "target_pay", "money"),
        Column("payout_a", "payout_a", "money"),
        Column("payout_b", "payout_b", "money"),
        Column("difference", "difference", "money"),
        Column("share_a", "share_of_target_pay_a", "number"),
        Column("share_b", "share_of_target_pay_b", "number"),
    )
    attained = (
        Column("attainment_a", "attainment_a", "number"),
        Column("attainment_b", "attainment_b", "number"),
    )
    team, sets = (
        Column("team_id", "team"),
        (Column("plan_set_a", "plan_set_a"), Column("plan_set_b", "plan_set_b")),
    )
    person = (Column("payee_id", "payee"), Column("payee_name", "payee_name"))
    period = Column("window", "period")
    c = comparison
    return {
        "compare_teams.csv": csv_table(_stamped(c, c.teams), (*sets, team, *figures, *attained), c.digits),
        "compare_people.csv": csv_table(
            _stamped(c, c.people), (*sets, *person, team, *figures, *attained), c.digits
        ),
        "compare_periods.csv": csv_table(
            _stamped(c, c.series), (*sets, period, team, *figures, *attained), c.digits
        ),
        "compare_paid_while_missing.csv": csv_table(
            _stamped(c, c.missing), (*sets, team, *figures), c.digits
        ),
        "compare_earned_to_paid.csv": csv_table(
            _stamped(c, c.after),
            (
                *sets,
                Column("kind", "kind"),
                Column("amount_a", "amount_a", "money"),
                Column("amount_b", "amount_b", "money"),
                Column("difference", "difference", "money"),
            ),
            c.digits,
        ),
    }


def _stamped(c: Comparison, table: pa.Table) -> pa.Table:
    for name, value in (("plan_set_a", c.a), ("plan_set_b", c.b)):
        table = table.append_column(name, pa.array([value] * table.num_rows, pa.string()))
    return table
