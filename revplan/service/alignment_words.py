"""An alignment in words: the sentence that opens the page, drivers, places on a curve."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from revplan.metrics.plan_health import NEAR_HIGH, NEAR_LOW
from revplan.money import MILLION, round_half_away
from revplan.rules.spots import Spot
from revplan.service.alignment import AlignmentReport, SetAlignment
from revplan.simulate.drivers import THOUSAND, Driver
from revplan.words import _, formats, names, ngettext


def opening_sentence(report: AlignmentReport) -> str:
    """What each set pays the team for whose work it matters most: by how much its fit changes."""
    team = _most_moved(report)
    if not team:
        return _("Neither set of plans pays any team for leads, deals or customers kept.")
    said = {"team": report.team_name(team), **_sets(report)}
    a, b = (_strongest(each, team) for each in (report.a, report.b))
    for name, each, driver in (("a", report.a, a), ("b", report.b, b)):
        said[name] = (
            _words(report, driver, _pay(report, each.pull(driver, team))).pays_for
            if driver
            else _("for none of these")
        )
    return _("“{set_a}” pays {team} most {a}; “{set_b}” {b}.").format(**said)


def _most_moved(report: AlignmentReport) -> str:
    """The team whose fit moves most between the sets, of those that one of them pays for some driver; ""
    where there is none."""
    worth = report.worth
    paid = [t for t in report.teams if _strongest(report.a, t) or _strongest(report.b, t)]

    def move(team: str) -> float:
        a, b = (each.congruence(worth, team) or 0.0 for each in (report.a, report.b))
        return abs(a - b)

    return max(paid, key=move, default="")


def _strongest(each: SetAlignment, team: str) -> Driver | None:
    """The driver that pays the team most for one hundredth more of it; None where none pays anything."""
    pays = {pull.driver: pull.weight(team) for pull in each.pulls}
    best = max(pays, key=lambda driver: pays[driver], default=None)
    return best if best is not None and pays[best] > 0 else None


class _Words(NamedTuple):
    """One unit of a driver: as a heading, at the start of a sentence, and after "pays most"."""

    unit: str
    one_more: str
    pays_for: str


def _words(report: AlignmentReport, driver: Driver, pay: str = "") -> _Words:
    money = formats.compact_money(THOUSAND * 10**report.digits, report.currency, report.digits)
    found = {
        "lead": _Words(_("A lead"), _("One more lead"), _("for leads ({pay} for one more)")),
        "pipeline": _Words(
            _("{amount} of pipeline"),
            _("{amount} more of pipeline"),
            _("for pipeline ({pay} for {amount} more)"),
        ),
        "won_revenue": _Words(
            _("{amount} won"), _("{amount} more won"), _("for won revenue ({pay} for {amount} more)")
        ),
        "retention": _Words(
            _("A point of retention"),
            _("One point more of revenue kept"),
            _("for customers kept ({pay} for one point more)"),
        ),
        "cash": _Words(
            _("{amount} of cash"), _("{amount} more of cash"), _("for cash ({pay} for {amount} more)")
        ),
    }[driver]
    return _Words(*(text.format(amount=money, pay=pay) for text in found))


def one_more(report: AlignmentReport, driver: Driver) -> str:
    """One unit more of a driver, at the start of a sentence."""
    return _words(report, driver).one_more


def unit(report: AlignmentReport, driver: Driver) -> str:
    """One unit of a driver, as a heading."""
    return _words(report, driver).unit


def weakest(each: SetAlignment, teams: tuple[str, ...], worth: Mapping[Driver, Fraction]) -> float | None:
    """The fit of the team that fits least, of those that are paid on any of the drivers."""
    found = [value for team in teams if (value := each.congruence(worth, team)) is not None]
    return min(found, default=None)


def _pay(report: AlignmentReport, pull: Fraction | None) -> str:
    """An amount of pay for one unit: to the minor unit, as it may be small."""
    minor = None if pull is None else round_half_away(pull)
    return formats.money(minor, report.currency, report.digits)


def pull_reason(report: AlignmentReport, each: SetAlignment, driver: Driver, team: str) -> str:
    """How a figure of the map came about."""
    pull = next((pull for pull in each.pulls if pull.driver == driver), None)
    if pull is None:
        return _("There was nothing of it in these periods.")
    text = _(
        "{driver} pays {team} {pay} under “{set}”.\nThe engine ran again with {units} more than the {had} "
        "that there were,\nand paid the team {more} more."
    )
    return text.format(
        driver=one_more(report, driver),
        team=report.team_name(team),
        pay=_pay(report, pull.per_unit(team)),
        set=names.plan_set(each.plan_set),
        units=_units(pull.units),
        had=_units(pull.had),
        more=formats.money(pull.pay.get(team, 0), report.currency, report.digits),
    )


def _units(units: Fraction) -> str:
    return formats.count(round_half_away(units * MILLION), 1)


def worth_reason(report: AlignmentReport, driver: Driver) -> str:
    """What a driver's worth was estimated from."""
    worth = next(each for each in report.worths if each.driver == driver)

    def money(minor: Fraction) -> str:
        return formats.compact_money(round_half_away(minor), report.currency, report.digits)

    said = {
        "lead": _("Leads of these periods became {part} of won revenue; there were {whole} of them."),
        "pipeline": _("Of {whole} of pipeline created in these periods and closed since, {part} was won."),
        "won_revenue": _("Revenue is worth itself."),
        "retention": _("Customers were worth {part} a year at the start of these periods."),
        "cash": _("Cash moves what is won already. Say what having it sooner is worth to you."),
    }[driver]
    whole = _units(worth.whole) if driver == "lead" else money(worth.whole)
    text = said.format(part=money(worth.part), whole=whole)
    if driver == "cash":
        return text
    if report.margin_is_stated:
        return text + " " + _("Of it a margin of {share} is kept.").format(share=_share(report.margin))
    return text + " " + _("No gross margin is stated in book.toml, so all of it counts.")


def _share(value: Fraction) -> str:
    return formats.percent(round_half_away(value * MILLION))


def congruence_text(value: float | None) -> str:
    """A cosine as people read it: 61 of 100."""
    return formats.NOTHING if value is None else formats.number(round(value * 100))


def congruence_sentence(report: AlignmentReport, worth: Mapping[Driver, Fraction]) -> str:
    """The team whose pull comes nearer to the company's interest, or farther from it, by most."""
    moved = [
        (b - a, team, a, b)
        for team in report.teams
        if (a := report.a.congruence(worth, team)) is not None
        and (b := report.b.congruence(worth, team)) is not None
    ]
    if not moved:
        return _("Too few teams are paid on these drivers to tell how well pay fits what they are worth.")
    _gap, team, a, b = max(moved, key=lambda each: abs(each[0]))
    text = _(
        "What “{set_b}” asks of {team} fits what the company earns from it by {b} of 100; under “{set_a}” it "
        "is {a}."
    )
    said = {"a": congruence_text(a), "b": congruence_text(b), "team": report.team_name(team)}
    return text.format(**said, **_sets(report))


def break_even_sentence(report: AlignmentReport) -> str:
    """The condition under which set b pays for itself."""
    even = report.break_even
    gap = formats.money(even.cost_b - even.cost_a, report.currency, report.digits)
    if even.uplift is None:
        text = _("“{set_b}” costs {gap} more than “{set_a}”, more than 40% more revenue would bring in.")
    elif even.uplift == 0:
        gap = formats.money(even.cost_a - even.cost_b, report.currency, report.digits)
        text = _("“{set_b}” costs {gap} less than “{set_a}” on the same results: it pays for itself.")
    else:
        text = _(
            "“{set_b}” costs {gap} more than “{set_a}” on the same results. It pays for itself if it brings "
            "{share} more revenue, its own cost of it included; whether it does is yours to judge."
        )
    share = _share(even.uplift or Fraction(0))
    return text.format(gap=gap, share=share, **_sets(report))


def health_sentence(each: SetAlignment) -> str:
    """How pay follows performance under a set."""
    found = each.health
    inverted, pairs = found.inversions
    text = ngettext(
        "{near} of {count} person stands between {low} and {high} of quota; ",
        "{near} of {count} people stand between {low} and {high} of quota; ",
        len(found.measured),
    ) + ngettext(
        "in {inverted} of {pairs} pair who reached more is paid a smaller share.",
        "in {inverted} of {pairs} pairs who reached more is paid a smaller share.",
        pairs,
    )
    numbers = {"near": found.near, "count": len(found.measured), "inverted": inverted, "pairs": pairs}
    shown = {name: formats.number(value) for name, value in numbers.items()}
    return text.format(**shown, low=formats.percent(NEAR_LOW), high=formats.percent(NEAR_HIGH))


def spot_text(report: AlignmentReport, spot: Spot) -> str:
    """What a place on a curve does."""
    start = formats.percent(spot.start)
    if spot.kind == "cliff":
        jump = spot.after - spot.before
        if spot.way == "incentive":
            text = _("Cliff at {start}: pay jumps by {jump} of the incentive")
            return text.format(start=start, jump=_share(jump))
        if spot.way == "fixed":
            minor = round_half_away(jump * 10**report.digits)
            said = formats.money(minor, report.currency, report.digits)
            return _("Cliff at {start}: pay jumps by {jump}").format(start=start, jump=said)
        return _("Cliff at {start}: pay jumps").format(start=start)
    if spot.kind == "cap":
        return _("Cap: it took something from {start} on").format(start=start)
    if spot.end is None:
        return _("Flat from {start} on: more pays no more").format(start=start)
    return _("Flat from {start} to {end}: more pays no more").format(
        start=start, end=formats.percent(spot.end)
    )


def _sets(report: AlignmentReport) -> dict[str, str]:
    return {"set_a": names.plan_set(report.a.plan_set), "set_b": names.plan_set(report.b.plan_set)}
