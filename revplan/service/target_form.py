"""The form in which a leader edits one year of a target: opened, kept as a draft, turned into a target."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ValidationError

from revplan.access import Viewer, require
from revplan.model.book import Book
from revplan.model.record import Number, Record
from revplan.model.targets import Portion, Sharing, Target, TargetYear
from revplan.money import MILLION
from revplan.periods import MONTHS, FiscalCalendar, Grain, Period
from revplan.rules.people import stints
from revplan.service import workspace
from revplan.service.cascade import saved_cascade
from revplan.service.target_amounts import Grown, Seasonal, Typed, Way, counted, year_periods
from revplan.service.targets import find_target

SEAT = "vacancy:"
"""How the owner of an open seat begins."""


class PartForm(Record):
    """A team's, person's or open seat's part of the year: a share of the level above or an amount; neither
    for none.

    `dated` says that the part changes within the year: it stays as it is until it is given anew. With
    `since`, a day within the year, a share that is given anew holds from that day, and what was before stays.
    """

    owner: str
    of: str
    share: Number | None = None
    amount: Number | None = None
    dated: bool = False
    since: date | None = None


class TargetForm(Record):
    """What is being edited. Amounts are in the measure's unit; `version` is the one that was opened (0 for a
    new target); typed amounts and weights have one entry for each period of the year. `dates` says
    when teams share the target, once for each time: a team of `shared_with` that is not among them always
    does."""

    target_id: str
    version: int
    name: str
    measure: str
    grain: Grain
    year: int
    way: Literal["typed", "seasonal", "grown"] = "typed"
    typed: tuple[Number | None, ...] = ()
    total: Number | None = None
    shape: Literal["equal", "last", "own"] = "equal"
    weights: tuple[Number | None, ...] = ()
    growth: Number = Decimal("0.1")
    step: int = Field(default=1, ge=1)
    shared_with: tuple[str, ...] = ()
    dates: tuple[Sharing, ...] = ()
    parts: tuple[PartForm, ...] = ()


def open_form(viewer: Viewer, target_id: str, year: int) -> TargetForm:
    """The form of a saved target's year as it stands, or (with an empty id) of a new target that
    every team shares. CRO and finance only; KeyError when there is no such target."""
    require(viewer, "cro", "finance")
    book = workspace.current().book()
    if not target_id:
        parts = part_forms(book, None, year)
        return TargetForm(
            target_id="",
            version=0,
            name="",
            measure="won_revenue",
            grain="quarter",
            year=year,
            way=_first_way(viewer, "won_revenue", "quarter", year),
            shared_with=tuple(team.id for team in book.company.teams),
            parts=parts,
        )
    entry = find_target(viewer, target_id)
    if entry is None:
        raise KeyError(target_id)
    target = entry.target
    form = TargetForm(
        target_id=target.id,
        version=entry.version,
        name=target.name,
        measure=target.measure,
        grain=target.grain,
        year=year,
        way=_first_way(viewer, target.measure, target.grain, year),
        shared_with=tuple(dict.fromkeys(sharing.team for sharing in target.shared_with)),
        dates=tuple(each for each in target.shared_with if each.from_ or each.to),
        parts=part_forms(book, target, year),
    )
    found = _year(target, year)
    return form if found is None else form.model_copy(update=_amounts(found))


def _first_way(viewer: Viewer, measure: str, grain: Grain, year: int) -> Literal["typed", "grown"]:
    """Growth where there is a year to grow from."""
    before = year_periods(workspace.current().book(), year - 1, grain)
    return "grown" if any(counted(viewer, measure, before)) else "typed"


def read_draft(content: Any) -> TargetForm | None:
    """A form from what `form.model_dump(mode="json")` gave; None for a draft of another shape."""
    try:
        return TargetForm.model_validate(content)
    except ValidationError:
        return None


def way_of(form: TargetForm) -> Way:
    """The way to the year's amounts that the form chose."""
    periods = 12 // MONTHS[form.grain]
    if form.way == "typed":
        return Typed((*form.typed, *[None] * periods)[:periods])
    if form.way == "grown":
        return Grown(form.growth, form.step)
    weights: dict[str, tuple[Decimal, ...] | None] = {
        "equal": (),
        "last": None,
        "own": tuple(weight or Decimal(0) for weight in (*form.weights, *[None] * periods)[:periods]),
    }
    return Seasonal(form.total or Decimal(0), weights[form.shape])


def target_of(book: Book, form: TargetForm, year: TargetYear, target_id: str = "") -> Target:
    """The target that saving the form gives: its year is `year`; other years, and parts that the form
    did not change, stay as they are. `target_id` names a new target."""
    base = next((target for target in book.targets if target.id == form.target_id), None)
    years = [each for each in (base.years if base else ()) if each.year != form.year]
    target = Target(
        id=form.target_id or target_id,
        name=form.name.strip(),
        measure=form.measure,
        grain=form.grain,
        owner=base.owner if base else "company",
        year=tuple(sorted((*years, year), key=lambda each: each.year)),
        shared_with=_sharing(form, base),
        portion=base.portions if base else (),
    )
    before = {part.owner: part for part in part_forms(book, base, form.year)}
    for part in form.parts:
        if part != before.get(part.owner, PartForm(owner=part.owner, of=part.of)):
            target = with_part(target, book.company.calendar, form.year, part)
    return target


def _sharing(form: TargetForm, base: Target | None) -> tuple[Sharing, ...]:
    """When each team of the form shares the target; the teams in the order in which they stood."""
    before = [each.team for each in base.shared_with] if base else []
    in_order = (team for team in dict.fromkeys((*before, *form.shared_with)) if team in form.shared_with)
    dated = {team: tuple(each for each in form.dates if each.team == team) for team in form.shared_with}
    return tuple(each for team in in_order for each in dated[team] or (Sharing(team=team),))


def carried_parts(viewer: Viewer, form: TargetForm) -> tuple[PartForm, ...]:
    """The form's parts; who has none yet has the same share as in the year before, to a millionth."""
    require(viewer, "cro", "finance")
    if not form.target_id:
        return form.parts
    before = saved_cascade(viewer, form.target_id, form.year - 1).levels
    shares = {level.owner: Decimal(level.share) / MILLION for level in before if level.share}
    return tuple(
        part
        if part.share is not None or part.amount is not None or part.owner not in shares
        else part.model_copy(update={"share": shares[part.owner]})
        for part in form.parts
    )


def part_forms(book: Book, target: Target | None, year: int) -> tuple[PartForm, ...]:
    """A row for each team, followed by its people in that year and its open seats: with the part that each
    has, if any."""
    whole = book.company.calendar.year(year)
    portions = target.portions if target else ()
    owners: dict[str, str] = {}
    for team in book.company.teams:
        owners[f"team:{team.id}"] = "company"
        for stint in stints(book):
            if stint.team_id == team.id and stint.start < whole.end and stint.end > whole.start:
                owners[f"payee:{stint.payee_id}"] = f"team:{team.id}"
        for portion in portions:
            if portion.of == f"team:{team.id}" and portion.owner.startswith(SEAT):
                owners[portion.owner] = portion.of
    for portion in portions:
        owners[portion.owner] = portion.of
    return tuple(_part_form(portions, owner, of, whole, year) for owner, of in owners.items())


def with_seat(form: TargetForm, team: str, name: str) -> TargetForm:
    """The form with an open seat of a team, below its people, without a part yet; as it is when the name is
    empty or taken."""
    owner = f"{SEAT}{' '.join(name.split())}"
    if owner == SEAT or owner in {part.owner for part in form.parts}:
        return form
    seat = PartForm(owner=owner, of=f"team:{team}")
    last = max(
        (place for place, part in enumerate(form.parts) if f"team:{team}" in (part.owner, part.of)),
        default=-1,
    )
    return form.model_copy(update={"parts": (*form.parts[: last + 1], seat, *form.parts[last + 1 :])})


def with_part(target: Target, calendar: FiscalCalendar, year: int, part: PartForm) -> Target:
    """The target with one part of one year given anew; what the owner has in other years stays.

    An amount is divided among the periods as the whole target's year is. A share with a day within the year
    holds from then on, in place of shares only: an amount for the year is one for all of it.
    """
    whole = calendar.year(year)
    amounts = any(
        p.owner == part.owner and any(each.year == year for each in p.years) for p in target.portions
    )
    since = part.since if part.share is not None and not amounts and part.since else whole.start
    since = since if whole.start < since < whole.end else whole.start
    others = {each.year for each in target.years if each.year != year}
    earlier, later = any(each < year for each in others), any(each > year for each in others)
    kept: list[Portion] = []
    for portion in target.portions:
        if portion.owner != part.owner:
            kept.append(portion)
        elif portion.years:
            years = tuple(each for each in portion.years if each.year != year)
            kept += [portion.model_copy(update={"years": years})] if years else []
        else:
            kept += _cut(portion, None, since) if earlier or since > whole.start else []
            kept += _cut(portion, whole.end, None) if later else []
    if part.amount is not None:
        given = TargetYear(year=year, total=part.amount, weights=_shape(target, year))
        kept.append(Portion(owner=part.owner, of=part.of, year=(given,)))
    elif part.share is not None:
        begins = since if earlier or since > whole.start else None
        dates = {"from": begins, "to": whole.end if later else None}
        kept.append(
            Portion.model_validate({"owner": part.owner, "of": part.of, "share": part.share, **dates})
        )
    return target.model_copy(update={"portions": _merged(kept)})


def _cut(portion: Portion, start: Any, end: Any) -> list[Portion]:
    """The portion within [start, end); nothing when it is not in force then."""
    starts = [day for day in (portion.from_, start) if day is not None]
    ends = [day for day in (portion.to, end) if day is not None]
    from_, to = max(starts, default=None), min(ends, default=None)
    if from_ is not None and to is not None and from_ >= to:
        return []
    return [portion.model_copy(update={"from_": from_, "to": to})]


def _merged(portions: list[Portion]) -> tuple[Portion, ...]:
    """Typed years of one owner from one parent in one portion, which stands where the first one stood."""
    found: dict[Any, Portion] = {}
    for number, portion in enumerate(portions):
        plain = portion.years and portion.from_ is None and portion.to is None
        key = (portion.owner, portion.of) if plain else number
        if key in found:
            years = sorted((*found[key].years, *portion.years), key=lambda each: each.year)
            found[key] = portion.model_copy(update={"years": tuple(years)})
        else:
            found[key] = portion
    return tuple(found.values())


def _shape(target: Target, year: int) -> tuple[Decimal, ...]:
    found = _year(target, year)
    return () if found is None else found.amounts or found.weights


def _part_form(portions: Sequence[Portion], owner: str, of: str, whole: Period, year: int) -> PartForm:
    own = [portion for portion in portions if portion.owner == owner]
    for portion in own:
        typed = next((each for each in portion.years if each.year == year), None)
        if typed is not None:
            amount = sum(typed.amounts, Decimal(0)) if typed.amounts else typed.total
            return PartForm(owner=owner, of=portion.of, amount=amount)
    shares = [portion for portion in own if portion.share is not None and _in_year(portion, whole)]
    if not shares:
        return PartForm(owner=owner, of=of)
    last = max(shares, key=lambda portion: portion.from_ or whole.start)
    starts = last.from_ is not None and last.from_ > whole.start
    ends = last.to is not None and last.to < whole.end
    return PartForm(owner=owner, of=last.of, share=last.share, dated=len(shares) > 1 or starts or ends)


def _in_year(portion: Portion, whole: Period) -> bool:
    starts = portion.from_ is None or portion.from_ < whole.end
    return starts and (portion.to is None or portion.to > whole.start)


def _year(target: Target, year: int) -> TargetYear | None:
    return next((each for each in target.years if each.year == year), None)


def _amounts(found: TargetYear) -> dict[str, Any]:
    if found.amounts:
        return {"way": "typed", "typed": found.amounts, "total": sum(found.amounts)}
    shape = "own" if found.weights else "equal"
    return {"way": "seasonal", "total": found.total, "shape": shape, "weights": found.weights}
