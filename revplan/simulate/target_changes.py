"""Changes to what is to be reached: targets and people's quotas."""

from decimal import Decimal, localcontext

from revplan.issues import Unfit
from revplan.model.book import Book
from revplan.model.scenario import QuotaFactor, Scenario, TargetAmounts, Who
from revplan.model.targets import Portion, Target, TargetYear
from revplan.money import product


def amounts(book: Book, scenario: Scenario, change: TargetAmounts) -> Book:
    """A target's own amounts × factor, or another total by the weights that it has, in one year or in all.

    Typed amounts of portions are scaled by the same factor; a new total scales those of its year as it
    scales the target. Amounts typed by period keep their shape under a total. Raises Unfit for an unknown
    target or a year that it does not have.
    """
    target = target_of(book, change.target)
    if change.year not in {None, *(year.year for year in target.years)}:
        known = ", ".join(str(year.year) for year in target.years)
        raise Unfit("scenario_unknown_year", target=target.id, year=change.year or 0, known=known)

    def factor_of(year: int) -> Decimal | None:
        if change.year not in (None, year):
            return None
        if change.factor is not None:
            return change.factor
        own = next(each for each in target.years if each.year == year)
        before = sum(own.amounts, Decimal(0)) if own.amounts else own.total or Decimal(0)
        if not before:
            raise Unfit("scenario_no_shape", target=target.id, year=year)
        with localcontext(prec=60):
            return (change.total or Decimal(0)) / before

    def scaled(year: TargetYear) -> TargetYear:
        factor = factor_of(year.year)
        if factor is None:
            return year
        if change.total is not None and year in target.years and year.total is not None:
            return year.model_copy(update={"total": change.total})
        return _times(year, factor)

    years = {year.year for year in target.years}
    portions = tuple(
        portion.model_copy(
            update={"years": tuple(scaled(each) if each.year in years else each for each in portion.years)}
        )
        for portion in target.portions
    )
    update = {"years": tuple(map(scaled, target.years)), "portions": portions}
    return with_target(book, target.model_copy(update=update))


def quota(book: Book, scenario: Scenario, change: QuotaFactor) -> Book:
    """Portions of the people meant × factor, of one target or of all that have any. Raises Unfit."""
    targets = [target_of(book, change.target)] if change.target else list(book.targets)
    meant = _owners(book, change.who)
    found = False
    for target in targets:
        portions = tuple(
            _portion(each, change.factor) if each.owner in meant else each for each in target.portions
        )
        found |= any(each.owner in meant for each in target.portions)
        book = with_target(book, target.model_copy(update={"portions": portions}))
    if not found:
        raise Unfit("scenario_no_quota")
    return book


def _owners(book: Book, who: Who) -> set[str]:
    rows = book.table("payees").to_pylist()
    return {f"payee:{r['payee_id']}" for r in rows if who.meant(r["payee_id"], r["team"], r["role"])}


def _portion(portion: Portion, factor: Decimal) -> Portion:
    if portion.share is not None:
        return portion.model_copy(update={"share": product(portion.share, factor)})
    return portion.model_copy(update={"years": tuple(_times(year, factor) for year in portion.years)})


def _times(year: TargetYear, factor: Decimal) -> TargetYear:
    if year.total is not None:
        return year.model_copy(update={"total": product(year.total, factor)})
    return year.model_copy(update={"amounts": tuple(product(each, factor) for each in year.amounts)})


def target_of(book: Book, target_id: str) -> Target:
    for target in book.targets:
        if target.id == target_id:
            return target
    known = ", ".join(target.id for target in book.targets)
    raise Unfit("scenario_unknown_target", target=target_id, known=known)


def with_target(book: Book, target: Target) -> Book:
    return book.with_targets(tuple(target if each.id == target.id else each for each in book.targets))
