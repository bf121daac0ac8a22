"""Solving finds scenarios that meet an aim, by trying them with the engine."""

from fractions import Fraction

from revplan.model.scenario import Scenario
from revplan.simulate.solve import Aim, Changes, Found, Lever, Measured, solve


def lever(kind: str, low: str = "0.5", high: str = "1.5") -> Lever:
    def at(value: Fraction) -> Changes:
        return ({"kind": kind, "factor": f"{float(value)}"},)

    return Lever(kind, at, Fraction(low), Fraction(high), Fraction(1, 100))


def factors(scenario: Scenario) -> dict[str, Fraction]:
    return {change.kind: Fraction(getattr(change, "factor")) for change in scenario.changes}  # noqa: B009


def measure(scenario: Scenario) -> Measured:
    """Cost is 1,000 × rates × incentive; a fall below the baseline is everybody's loss."""
    said = factors(scenario)
    cost = 1000 * said.get("rates", Fraction(1)) * said.get("incentive", Fraction(1))
    return Measured(
        round(cost),
        cost / 10_000,
        Fraction(1, 2) / said.get("quota", Fraction(1)),
        None,
        max(Fraction(0), 1 - cost / 1000),
        Fraction(1, 10),
    )


def found(*aims: Aim, levers: tuple[str, ...] = ("rates",), tries: int = 160) -> tuple[Found, ...]:
    return solve("set", [lever(kind) for kind in levers], aims, measure, tries).offered


def test_the_baseline_is_offered_where_it_meets_the_aim_already():
    (best, *_) = found(Aim("cost_share", "at_most", Fraction(11, 100)))
    assert best.scenario.changes == ()
    assert best.missed_by == 0


def test_an_exact_aim_is_met_within_a_step():
    for best in found(Aim("cost_share", "exactly", Fraction(8, 100)), levers=("rates", "incentive")):
        assert best.missed_by == 0
        assert abs(best.measured.cost - 800) <= 4


def test_two_aims_are_met_at_once_by_two_levers():
    aims = (Aim("cost_share", "at_least", Fraction(12, 100)), Aim("near_quota", "at_least", Fraction(6, 10)))
    (best, *_) = found(*aims, levers=("rates", "quota"))
    assert best.missed_by == 0
    assert best.values["rates"] >= Fraction(12, 10)
    assert best.values["quota"] <= Fraction(834, 1000)


def test_what_cannot_be_met_is_come_near_to_and_said():
    (best, *_) = found(Aim("cost", "at_most", Fraction(100)))
    assert best.measured.cost == 500
    assert best.missed_by == 4


def test_an_undefined_figure_never_meets_an_aim():
    (best, *_) = found(Aim("at_quota", "at_least", Fraction(1, 2)))
    assert best.missed_by > 0


def test_nothing_offered_is_beaten_by_another_in_every_score():
    offered = found(Aim("cost_share", "at_most", Fraction(9, 100)), levers=("rates", "incentive", "quota"))
    assert 0 < len(offered) <= 5
    for one in offered:
        for other in offered:
            assert one is other or not all(a <= b for a, b in zip(one.scores, other.scores, strict=True))


def test_the_search_ends_when_it_is_told_to_and_keeps_what_it_has():
    heard: list[tuple[int, int]] = []

    def told(done: int, of: int) -> bool:
        heard.append((done, of))
        return done < 3

    assert solve("set", [lever("rates")], [Aim("cost", "at_most", Fraction(600))], measure, 50, told).offered
    assert heard == [(1, 50), (2, 50), (3, 50)]


def test_no_more_is_tried_than_was_allowed_and_the_same_search_finds_the_same():
    tried: list[Scenario] = []

    def counted(scenario: Scenario) -> Measured:
        tried.append(scenario)
        return measure(scenario)

    aims = [Aim("cost_share", "exactly", Fraction(77, 1000))]
    once = solve("set", [lever("rates"), lever("incentive")], aims, counted, 40)
    assert len(tried) <= 40
    assert solve("set", [lever("rates"), lever("incentive")], aims, counted, 40) == once


def test_only_an_exact_aim_is_met_by_less_than_half_a_percent():
    nearly = measure(Scenario(id="s", name="", plan_set="set"))
    for how in ("at_least", "at_most", "exactly"):
        value = Fraction(1000) + {"at_least": 4, "at_most": -4, "exactly": 4}[how]
        assert (Aim("cost", how, value).missed_by(nearly) == 0) == (how == "exactly")
