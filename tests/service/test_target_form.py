from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from revplan.access import AccessDenied, Viewer
from revplan.model.targets import Portion, Sharing, Target, TargetYear
from revplan.periods import FiscalCalendar
from revplan.rules.quotas import resolve_months
from revplan.service import workspace
from revplan.service.target_amounts import Grown, Seasonal, Typed
from revplan.service.target_form import (
    PartForm,
    TargetForm,
    carried_parts,
    open_form,
    part_forms,
    read_draft,
    target_of,
    way_of,
    with_part,
    with_seat,
)
from revplan.service.targets import save_target
from tests.service.small_book import open_small

CRO, CALENDAR = Viewer("cro"), FiscalCalendar()


@pytest.fixture(autouse=True)
def _small(tmp_path: Path) -> Iterator[None]:
    open_small(tmp_path)
    yield
    workspace.reset()


def three_years(*portions: Portion) -> Target:
    years = tuple(TargetYear(year=year, total=Decimal(1000)) for year in (2025, 2026, 2027))
    return Target(id="t", name="T", measure="won_revenue", year=years, portion=portions)


def amounts(target: Target, owner: str) -> list[int | None]:
    """Of 2025, 2026 and 2027, in cents."""
    quotas, issues = resolve_months(workspace.current().book().company, (target,))
    assert issues == []
    return [quotas.amount("t", owner, date(year, 1, 1), date(year + 1, 1, 1)) for year in (2025, 2026, 2027)]


def test_the_form_opens_with_what_is_saved() -> None:
    form = open_form(CRO, "revenue", 2026)
    assert (form.version, form.way, form.shared_with) == (1, "typed", ("sales",))
    assert form.typed == tuple(map(Decimal, (1000, 2000, 3000, 4000)))
    owners = [part.owner for part in form.parts]
    assert owners == [
        "team:sales",
        "payee:P1",
        "payee:P2",
        "payee:P3",
        "team:marketing",
        "payee:P4",
        "payee:P5",
    ]
    shares = {part.owner: part.share for part in form.parts}
    assert (shares["team:sales"], shares["payee:P2"], shares["payee:P3"]) == (
        Decimal("0.9"),
        Decimal("0.6"),
        None,
    )


def test_only_cro_and_finance_open_it() -> None:
    for viewer in (Viewer("lead", "sales"), Viewer("payee", payee_id="P1"), Viewer()):
        with pytest.raises(AccessDenied):
            open_form(viewer, "revenue", 2026)


def test_saving_an_unchanged_form_changes_nothing() -> None:
    book = workspace.current().book()
    form = open_form(CRO, "revenue", 2026)
    assert target_of(book, form, book.targets[0].years[0]) == book.targets[0]


def test_a_draft_comes_back_as_it_was_and_a_broken_one_does_not() -> None:
    form = open_form(CRO, "revenue", 2026)
    assert read_draft(form.model_dump(mode="json")) == form
    assert read_draft({"name": "of another shape"}) is None
    assert read_draft(None) is None


def test_the_form_knows_three_ways() -> None:
    form = open_form(CRO, "revenue", 2026)

    def way(**changes: object) -> object:
        return way_of(form.model_copy(update=changes))

    assert way() == Typed((Decimal(1000), Decimal(2000), Decimal(3000), Decimal(4000)))
    assert way(typed=(Decimal(1),)) == Typed((Decimal(1), None, None, None))
    assert way(way="grown", growth=Decimal("0.2"), step=100) == Grown(Decimal("0.2"), 100)
    assert way(way="seasonal", total=Decimal(9), shape="equal") == Seasonal(Decimal(9), ())
    assert way(way="seasonal", total=Decimal(9), shape="last") == Seasonal(Decimal(9), None)
    own = way(way="seasonal", total=None, shape="own", weights=(Decimal(1), None))
    assert own == Seasonal(Decimal(0), (Decimal(1), Decimal(0), Decimal(0), Decimal(0)))


# ---------------------------------------------------------------- a part of one year


def test_a_share_given_for_one_year_leaves_the_other_years_alone() -> None:
    target = three_years(Portion(owner="team:sales", share=Decimal("0.5")))
    part = PartForm(owner="team:sales", of="company", share=Decimal("0.8"))
    assert amounts(with_part(target, CALENDAR, 2026, part), "team:sales") == [50_000, 80_000, 50_000]


def test_an_amount_given_for_one_year_leaves_the_other_years_alone() -> None:
    target = three_years(Portion(owner="team:sales", share=Decimal("0.5")))
    part = PartForm(owner="team:sales", of="company", amount=Decimal(700))
    changed = with_part(target, CALENDAR, 2025, part)
    assert amounts(changed, "team:sales") == [70_000, 50_000, 50_000]
    again = with_part(changed, CALENDAR, 2026, part)
    assert amounts(again, "team:sales") == [70_000, 70_000, 50_000]
    assert len([portion for portion in again.portions if portion.years]) == 1


def test_an_amount_is_divided_as_the_whole_year_is() -> None:
    year = TargetYear(year=2026, total=Decimal(1000), weights=tuple(map(Decimal, (1, 1, 1, 7))))
    target = Target(id="t", name="T", measure="won_revenue", year=(year,))
    part = PartForm(owner="team:sales", of="company", amount=Decimal(500))
    quotas, _ = resolve_months(workspace.current().book().company, (with_part(target, CALENDAR, 2026, part),))
    assert quotas.amount("t", "team:sales", date(2026, 10, 1), date(2027, 1, 1)) == 35_000


def test_typed_years_are_replaced_year_by_year() -> None:
    years = tuple(TargetYear(year=year, total=Decimal(100)) for year in (2025, 2026))
    target = three_years(Portion(owner="team:sales", year=years))
    part = PartForm(owner="team:sales", of="company", share=Decimal("0.3"))
    assert amounts(with_part(target, CALENDAR, 2026, part), "team:sales") == [10_000, 30_000, None]


def test_a_part_taken_away_stays_in_the_years_before_and_after() -> None:
    target = three_years(Portion(owner="team:sales", share=Decimal("0.5")))
    taken = with_part(target, CALENDAR, 2026, PartForm(owner="team:sales", of="company"))
    assert amounts(taken, "team:sales") == [50_000, None, 50_000]


def test_the_only_year_of_a_target_needs_no_dates() -> None:
    book = workspace.current().book()
    part = PartForm(owner="team:sales", of="company", share=Decimal("0.7"))
    (sales,) = [
        p for p in with_part(book.targets[0], CALENDAR, 2026, part).portions if p.owner == "team:sales"
    ]
    assert (sales.share, sales.from_, sales.to) == (Decimal("0.7"), None, None)


def test_a_part_that_changes_within_the_year_is_marked_and_kept_until_it_is_given_anew() -> None:
    ramp = Portion.model_validate({"owner": "payee:P1", "share": "0.1", "to": date(2026, 4, 1)})
    full = Portion.model_validate({"owner": "payee:P1", "share": "0.4", "from": date(2026, 4, 1)})
    book = workspace.current().book()
    target = book.targets[0].model_copy(update={"portions": (ramp, full)})
    book = book.with_targets((target,))
    (row,) = [part for part in part_forms(book, target, 2026) if part.owner == "payee:P1"]
    assert (row.share, row.dated) == (Decimal("0.4"), True)
    form = open_form(CRO, "revenue", 2026).model_copy(update={"parts": part_forms(book, target, 2026)})
    assert target_of(book, form, target.years[0]).portions == (ramp, full)


def test_a_share_holds_from_a_day_and_what_was_before_stays() -> None:
    target = three_years(Portion(owner="team:sales", share=Decimal("0.5")))
    part = PartForm(owner="team:sales", of="company", share=Decimal("0.8"), since=date(2026, 7, 1))
    changed = with_part(target, CALENDAR, 2026, part)
    assert amounts(changed, "team:sales") == [50_000, 65_000, 50_000]
    assert part_forms(workspace.current().book(), changed, 2026)[0].dated


def test_a_day_outside_the_year_or_over_an_amount_counts_for_the_whole_year() -> None:
    target = three_years(Portion(owner="team:sales", share=Decimal("0.5")))
    part = PartForm(owner="team:sales", of="company", share=Decimal("0.8"), since=date(2027, 7, 1))
    assert amounts(with_part(target, CALENDAR, 2026, part), "team:sales") == [50_000, 80_000, 50_000]
    typed = three_years(
        Portion(owner="team:sales", year=(TargetYear(year=2026, total=Decimal(400)),)),
    )
    part = part.model_copy(update={"since": date(2026, 7, 1)})
    assert amounts(with_part(typed, CALENDAR, 2026, part), "team:sales")[1] == 80_000


def test_a_team_shares_it_from_the_day_it_joins() -> None:
    form = open_form(CRO, "revenue", 2026)
    joined = (Sharing.model_validate({"team": "marketing", "from": date(2026, 7, 1)}),)
    form = form.model_copy(update={"shared_with": ("sales", "marketing"), "dates": joined})
    year = TargetYear(year=2026, amounts=(Decimal(1000), Decimal(2000), Decimal(3000), Decimal(4000)))
    made = target_of(workspace.current().book(), form, year)
    assert [(each.team, each.from_) for each in made.shared_with] == [
        ("sales", None),
        ("marketing", date(2026, 7, 1)),
    ]
    assert save_target(CRO, made, form.version).entry is not None
    assert open_form(CRO, "revenue", 2026).dates == joined


def test_parts_are_taken_over_from_the_year_before_where_there_are_none() -> None:
    year = TargetYear(year=2026, total=Decimal(450), weights=())
    sales = Portion(owner="team:sales", year=(year,))
    given = Portion(owner="payee:P1", of="team:sales", share=Decimal("0.2"))
    target = workspace.current().book().targets[0].model_copy(update={"portions": (sales, given)})
    assert save_target(CRO, target, 1).entry
    shares = {part.owner: part.share for part in carried_parts(CRO, open_form(CRO, "revenue", 2027))}
    assert (shares["team:sales"], shares["payee:P1"]) == (Decimal("0.045"), Decimal("0.2"))
    assert shares["team:marketing"] is None
    form = open_form(CRO, "", 2027)
    assert carried_parts(CRO, form) == form.parts


def test_somebody_who_left_before_the_year_has_no_row() -> None:
    book = workspace.current().book()
    payees = book.tables["payees"]
    ends = payees.schema.get_field_index("ends_on")
    left = payees.set_column(ends, payees.schema.field(ends), [[date(2026, 1, 1)] + [None] * 4])
    book = type(book)(book.company, book.plans, (), {**book.tables, "payees": left})
    assert "payee:P1" not in [part.owner for part in part_forms(book, None, 2026)]
    assert "payee:P1" in [part.owner for part in part_forms(book, None, 2025)]


def test_a_new_target_starts_from_last_year_where_there_is_one() -> None:
    assert open_form(CRO, "", 2026).way == "grown"
    assert open_form(CRO, "", 2020).way == "typed"
    assert isinstance(open_form(CRO, "", 2026), TargetForm)


def test_an_open_seat_stands_below_its_teams_people_until_it_has_no_part() -> None:
    form = open_form(CRO, "revenue", 2026)
    wanted = with_seat(form, "sales", "  AE   West ")
    owners = [part.owner for part in wanted.parts]
    assert owners.index("vacancy:AE West") == owners.index("team:marketing") - 1
    assert with_seat(wanted, "marketing", "AE West") == wanted  # a name is given once
    assert with_seat(form, "sales", " ") == form
    book, year = workspace.current().book(), TargetYear(year=2026, amounts=tuple(map(Decimal, (1, 2, 3, 4))))
    given = [
        part.model_copy(update={"share": Decimal("0.1")}) if part.owner == "vacancy:AE West" else part
        for part in wanted.parts
    ]
    target = target_of(book, wanted.model_copy(update={"parts": tuple(given)}), year)
    seat = next(portion for portion in target.portions if portion.owner == "vacancy:AE West")
    assert (seat.of, seat.share) == ("team:sales", Decimal("0.1"))
    assert [p.owner for p in part_forms(book, target, 2026)] == owners
    gone = with_part(target, CALENDAR, 2026, PartForm(owner=seat.owner, of=seat.of))
    assert seat.owner not in {portion.owner for portion in gone.portions}


def test_a_team_leaves_it_on_a_day_and_joins_again_later() -> None:
    dates = (
        Sharing.model_validate({"team": "sales", "to": date(2026, 4, 1)}),
        Sharing.model_validate({"team": "sales", "from": date(2026, 10, 1)}),
    )
    form = open_form(CRO, "revenue", 2026).model_copy(update={"shared_with": ("sales",), "dates": dates})
    year = TargetYear(year=2026, amounts=(Decimal(1000), Decimal(2000), Decimal(3000), Decimal(4000)))
    made = target_of(workspace.current().book(), form, year)
    assert made.shared_with == dates
    assert save_target(CRO, made, form.version).entry is not None
    again = open_form(CRO, "revenue", 2026)
    assert (again.shared_with, again.dates) == (("sales",), dates)
    twice = (dates[0], Sharing.model_validate({"team": "sales", "from": date(2026, 3, 1)}))
    refused = save_target(CRO, made.model_copy(update={"shared_with": twice}), again.version)
    assert [issue.code for issue in refused.issues if issue.severity == "error"] == ["target_shared_twice"]


def test_a_team_taken_off_no_longer_shares_it_at_all() -> None:
    dates = (Sharing.model_validate({"team": "sales", "to": date(2026, 4, 1)}),)
    form = open_form(CRO, "revenue", 2026).model_copy(update={"shared_with": (), "dates": dates})
    year = TargetYear(year=2026, amounts=(Decimal(1000), Decimal(2000), Decimal(3000), Decimal(4000)))
    assert target_of(workspace.current().book(), form, year).shared_with == ()
