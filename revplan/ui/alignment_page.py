"""The Alignment page's parts: what is compared, the pull map, how well it fits, health of the plans."""

from collections.abc import Mapping
from fractions import Fraction

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.metrics.plan_health import NEAR_HIGH, NEAR_LOW
from revplan.money import MILLION, round_half_away
from revplan.service import alignment_words, drafts
from revplan.service.alignment import AlignmentReport, SetAlignment, align, choices, plan_sets
from revplan.simulate.drivers import Driver
from revplan.ui import alignment_charts, charts, downloads, filters, formats
from revplan.ui.alignment_charts import Dot, Fit, Square
from revplan.ui.cards import Card, cards
from revplan.ui.colours import team_colours
from revplan.ui.tables import Column, show_table
from revplan.ui.text import plain
from revplan.words import _, names

Worths = Mapping[Driver, Fraction]
_DRAFT = "alignment-worth"


def choose(viewer: Viewer) -> AlignmentReport | None:
    """The filters above the page, and the report with progress while it is made; None with nothing to say."""
    sets = plan_sets(viewer)
    if len(sets) < 2:
        return None
    compared, over = filters.pairs()
    with compared:
        a, b = filters.two_plan_sets(sets)
    labels = choices(viewer, a)
    with over:
        first, last = filters.span(labels, labels[max(0, len(labels) - 4)] if labels else "")
    place = st.empty()

    def told(done: int, of: int) -> None:
        text = _("Running the plans again with a little more of everything: {done} of {of}")
        place.progress(done / of, text.format(done=done, of=of))

    report = align(viewer, a, b, first, last, told)
    place.empty()
    return report


def draw_cards(report: AlignmentReport, worth: Worths) -> None:
    """Four figures for a board: fit, pay while missing, together, break-even."""
    was = _("{figure} today")
    least = [alignment_words.weakest(each, report.teams, worth) for each in (report.a, report.b)]
    fit = [alignment_words.congruence_text(value) for value in least]
    together = [
        _("{together} of {count}").format(together=each.together.together, count=each.together.periods)
        for each in (report.a, report.b)
    ]
    missing = [
        formats.compact_money(each.missing, report.currency, report.digits) for each in (report.a, report.b)
    ]
    sight = [formats.percent(each.sight.get("")) for each in (report.a, report.b)]
    even = report.break_even.uplift
    cards([
        Card(_("Fit of the team that fits least"), _("{figure} of 100").format(figure=fit[1]),
             context=was.format(figure=fit[0]),
             help=_("100 where a team is paid most for what the company earns most from; 0 where the two "
                    "have nothing to do with each other.")),
        Card(_("Paid while the company missed"), missing[1], context=was.format(figure=missing[0])),
        Card(_("Teams on one side of target"), together[1], context=was.format(figure=together[0])),
        Card(_("Own part of what one is paid on"), sight[1], context=was.format(figure=sight[0]),
             help=_("Line of sight: 100% where everybody is paid on own results alone; a target shared by 40 "
                    "counts a fortieth. A weak line of sight makes effort feel lost.")),
        Card(_("Pays for itself at"),
             formats.NOTHING if even is None else _("{share} more revenue").format(
                 share=formats.percent(round_half_away(even * MILLION))),
             help=alignment_words.break_even_sentence(report)),
    ])  # fmt: skip


def draw_map(report: AlignmentReport) -> None:
    """What one more of each driver pays each team, a map for each set."""
    st.subheader(_("What do the plans ask people to do?"), anchor=False)
    st.caption(
        _("What a team is paid for one more of each, by running the plans again. The deeper the colour, the "
          "more a hundredth more of it pays; hover for how a figure came about.")
    )  # fmt: skip
    drivers = [pull.driver for pull in report.b.pulls] or [pull.driver for pull in report.a.pulls]
    strongest = max(
        (_weight(each, d, t) for each in (report.a, report.b) for d in drivers for t in report.teams),
        default=0,
    )
    for column, each in zip(st.columns(2), (report.a, report.b), strict=True):
        squares = [
            [
                Square(
                    _short(report, each.pull(driver, team)),
                    float(_weight(each, driver, team) / strongest) if strongest else 0.0,
                    alignment_words.pull_reason(report, each, driver, team),
                )
                for driver in drivers
            ]
            for team in report.teams
        ]
        called = [report.team_name(team) for team in report.teams]
        heads = [alignment_words.unit(report, driver) for driver in drivers]
        name = names.plan_set(each.plan_set)
        with column:
            st.markdown(f"**{plain(name)}**")
            figure = alignment_charts.pull_map(called, heads, squares)
            charts.show(
                figure, f"pull_{each.plan_set}", _("Pull of “{set}”, team by driver").format(set=name)
            )
    with st.expander(_("The map as a table")):
        _map_table(report, drivers)


def _weight(each: SetAlignment, driver: Driver, team: str) -> Fraction:
    """Pay for one hundredth more of a driver, never below 0."""
    found = next((pull for pull in each.pulls if pull.driver == driver), None)
    return Fraction(0) if found is None else max(Fraction(0), found.weight(team))


def _short(report: AlignmentReport, pull: Fraction | None) -> str:
    if pull is None:
        return formats.NOTHING
    minor = round_half_away(pull)
    small = abs(minor) < 1_000 * 10**report.digits
    show = formats.money if small else formats.compact_money
    return show(minor, report.currency, report.digits)


def _map_table(report: AlignmentReport, drivers: list[Driver]) -> None:
    rows = [
        {
            "set": names.plan_set(each.plan_set),
            "team": report.team_name(team),
            **{
                driver: None if (pull := each.pull(driver, team)) is None else round_half_away(pull)
                for driver in drivers
            },
        }
        for each in (report.a, report.b)
        for team in report.teams
    ]
    schema = pa.schema([("set", pa.string()), ("team", pa.string()), *((d, pa.int64()) for d in drivers)])
    columns = [Column("set", _("Plans")), Column("team", _("Team"))]
    columns += [Column(driver, alignment_words.unit(report, driver), "money") for driver in drivers]
    table = pa.Table.from_pylist(rows, schema)
    show_table(
        table, columns, "pull_table", currency=report.currency, digits=report.digits, alt=_("Pull map")
    )


def choose_worth(viewer: Viewer, report: AlignmentReport) -> Worths:
    """What one more of each driver is worth: the estimates, as the viewer has changed them."""
    kept = drafts.find_draft(viewer, _DRAFT) or {}
    # Another span has estimates of its own: a field that stayed would hold the old one as if it were typed.
    span = f"{report.windows[0].label}_{report.windows[-1].label}"
    scale = 10**report.digits
    with st.expander(_("What one more of each is worth to the company")):
        st.caption(_("Estimated from your own data; change what you know better. The map stays as it is."))
        found: dict[Driver, Fraction] = {}
        changed: dict[str, str] = {}
        for column, each in zip(st.columns(len(report.worths)), report.worths, strict=True):
            estimate = round(float(each.value / scale), 2)
            with column:
                said = st.number_input(
                    plain(alignment_words.unit(report, each.driver)),
                    value=float(kept.get(each.driver, estimate)),
                    min_value=0.0,
                    step=float(max(1, round(estimate / 20))),
                    help=plain(alignment_words.worth_reason(report, each.driver)),
                    key=f"worth_{each.driver}_{span}",
                )
            found[each.driver] = each.value if said == estimate else Fraction(str(said)) * scale
            if said != estimate:
                changed[each.driver] = str(said)
        if changed and changed != kept:
            drafts.keep_draft(viewer, _DRAFT, changed)
        elif kept and not changed:
            drafts.drop_draft(viewer, _DRAFT)
        if changed and st.button(_("Back to the estimates")):
            drafts.drop_draft(viewer, _DRAFT)
            for each in report.worths:
                st.session_state.pop(f"worth_{each.driver}_{span}", None)
            st.rerun()
    return found


def draw_fit(report: AlignmentReport, worth: Worths) -> None:
    """How well what the plans ask fits what it is worth, by team."""
    st.subheader(_("Is that what the company wants?"), anchor=False)
    st.caption(plain(alignment_words.congruence_sentence(report, worth)))
    colours = team_colours(report.company.teams)
    bars = [
        Fit(
            report.team_name(team),
            report.a.congruence(worth, team),
            report.b.congruence(worth, team),
            colours.get(team, ""),
        )
        for team in report.teams
    ]
    sets = (names.plan_set(report.a.plan_set), names.plan_set(report.b.plan_set))
    charts.show(
        alignment_charts.fits(bars, *sets), "fits", alignment_words.congruence_sentence(report, worth)
    )
    st.markdown(plain(alignment_words.break_even_sentence(report)))


def draw_health(viewer: Viewer, report: AlignmentReport) -> None:
    """Pay against performance, person by person, and the field's own figures."""
    st.subheader(_("Does pay follow performance?"), anchor=False)
    colours = team_colours(report.company.teams)
    both = [_dots(report, each, colours) for each in (report.a, report.b)]
    most = tuple(
        max((getattr(dot, name) for dots in both for dot in dots), default=MILLION)
        for name in ("attainment", "pay_share")
    )
    for column, each, dots in zip(st.columns(2), (report.a, report.b), both, strict=True):
        name = names.plan_set(each.plan_set)
        with column:
            st.markdown(f"**{plain(name)}**")
            st.caption(plain(alignment_words.health_sentence(each)))
            figure = alignment_charts.pay_against_performance(dots, (most[0], most[1]))
            charts.show(figure, f"health_{each.plan_set}", alignment_words.health_sentence(each))
    _health_table(report)
    _spots(viewer, report)


def _dots(report: AlignmentReport, each: SetAlignment, colours: Mapping[str, str]) -> list[Dot]:
    text = _("{name} · {team}\nreached {attainment}, was paid {share} of target pay: {pay}")
    return [
        Dot(
            person.attainment,
            share,
            report.team_name(person.team_id),
            colours.get(person.team_id, ""),
            text.format(
                name=person.payee_name,
                team=report.team_name(person.team_id),
                attainment=formats.percent(person.attainment),
                share=formats.percent(share),
                pay=formats.money(person.payout, report.currency, report.digits),
            ),
        )
        for person in each.health.people
        if person.attainment is not None and (share := person.pay_share) is not None
    ]


def _health_table(report: AlignmentReport) -> None:
    sets = (report.a, report.b)

    def correlation(each: SetAlignment) -> str:
        found = each.health.follows
        return formats.NOTHING if found is None else formats.count(round(found * MILLION), 2)

    def part(value: Fraction | None) -> str:
        return formats.percent(None if value is None else round_half_away(value * MILLION))

    def extra(each: SetAlignment) -> str:
        pull = next((pull for pull in each.pulls if pull.driver == "won_revenue"), None)
        if pull is None:
            return formats.NOTHING
        return formats.money(round_half_away(pull.of_all), report.currency, report.digits)

    said = [
        (
            _("People between {low} and {high} of quota").format(
                low=formats.percent(NEAR_LOW), high=formats.percent(NEAR_HIGH)
            ),
            [part(s.health.near_share) for s in sets],
        ),
        (_("People at or above quota"), [part(s.health.reached_share) for s in sets]),
        (_("Pay follows attainment (correlation)"), [correlation(s) for s in sets]),
        (
            _("Pairs in which the better one is paid the smaller share"),
            [part(Fraction(*s.health.inversions) if s.health.inversions[1] else None) for s in sets],
        ),
        (_("What the best tenth earns, of target pay"), [formats.percent(s.health.leverage) for s in sets]),
        (_("Variable pay against the result"), [formats.percent(s.health.cost_share, 2) for s in sets]),
        (
            alignment_words.one_more(report, "won_revenue") + ": " + _("pay of all teams"),
            [extra(s) for s in sets],
        ),
    ]
    table = pa.table({
        "what": [what for what, _both in said],
        "a": [both[0] for _what, both in said],
        "b": [both[1] for _what, both in said],
    })  # fmt: skip
    columns = [
        Column("what", _("Measure")),
        *(Column(key, names.plan_set(s.plan_set)) for key, s in zip("ab", sets, strict=True)),
    ]
    show_table(table, columns, "health_table", alt=_("Health of the plans"), height="content")


def _spots(viewer: Viewer, report: AlignmentReport) -> None:
    """Cliffs, dead zones and caps, with the people who stand there."""
    rows = [
        {
            "set": names.plan_set(each.plan_set),
            "component": spot.component_name,
            "what": alignment_words.spot_text(report, spot),
            "number": len(spot.who),
            "who": formats.listed([f"{name} ({formats.period(period)})" for name, period in spot.who]),
        }
        for each in (report.a, report.b)
        for spot in each.spots
    ]
    title = _("Where people stand on the curves")
    st.markdown(f"**{title}**")
    st.caption(
        _("Cliffs and people less than 5% below them, stretches on which more pays no more, caps that bit.")
    )
    if not rows:
        st.info(_("No curve has a cliff, a flat stretch or a cap that took anything."))
        return
    text, whole = pa.string(), pa.int64()
    schema = pa.schema([("set", text), ("component", text), ("what", text), ("number", whole), ("who", text)])
    table = pa.Table.from_pylist(rows, schema)
    columns = [
        Column("set", _("Plans")),
        Column("component", _("Component")),
        Column("what", _("Place on the curve")),
        Column("number", _("People there"), "whole"),
        Column("who", _("Who, and when")),
    ]
    show_table(table, columns, "spots", alt=_("Cliffs, flat stretches and caps"))
    downloads.download_table(viewer, _("Places on the curves"), table, columns, "curve-places")
