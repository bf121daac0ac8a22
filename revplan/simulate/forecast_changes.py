"""A scenario on a forecast: its plans and people on the book, its deals on what is still open."""

from collections.abc import Callable
from decimal import Decimal

from revplan.engine.duck import Session
from revplan.issues import Issue, Unfit, Where
from revplan.metrics.facts import bind_tables
from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.model.forecast import Forecast, OpenDeal
from revplan.model.scenario import Churn, DealSize, NewBusiness, Scenario, WinRate
from revplan.money import product
from revplan.simulate.deal_changes import deals_meant
from revplan.simulate.scenario import ON_BOOK, apply, at_places, part_of


def apply_to_forecast(
    book: Book, forecast: Forecast, scenario: Scenario
) -> tuple[Book, Forecast, tuple[Issue, ...]]:
    """The book and the forecast as the scenario has them, and an error for each change that finds nothing.

    Deal sizes, win rates, new business and churn change what is open: an open deal's amount or chance, a
    team's business to come, the chance of a renewal (a share lost × factor). Deals that are won stay as
    they are. Every other change is made on the book (`simulate.scenario.apply`).
    """
    issues: list[Issue] = []
    of_book, places = part_of(scenario, ON_BOOK)
    changed, found = apply(book, of_book)
    issues += at_places(found, places)
    for place, change in enumerate(scenario.changes, 1):
        try:
            match change:
                case DealSize():
                    whose = change.teams, change.payees
                    forecast = _each(book, forecast, change.which, *whose, _sized(change.factor))
                case WinRate():
                    forecast = _each(book, forecast, change.which, change.teams, (), _likelier(change.factor))
                case NewBusiness():
                    forecast = _more_new(forecast, change)
                case Churn():
                    forecast = _churned(forecast, change)
                case _:
                    pass
        except Unfit as wrong:
            issues.append(Issue(wrong.code, "error", Where(row=place), wrong.parameters))
    return changed, forecast, tuple(issues)


_Changed = Callable[[OpenDeal], OpenDeal]
"""How one deal changes."""


def _sized(factor: Decimal) -> _Changed:
    return lambda deal: deal.model_copy(update={"size": product(deal.size, factor)})


def _likelier(factor: Decimal) -> _Changed:
    return lambda deal: deal.model_copy(
        update={"probability": min(product(deal.probability, factor), Decimal(1))}
    )


def _each(
    book: Book,
    forecast: Forecast,
    which: Which,
    teams: tuple[str, ...],
    payees: tuple[str, ...],
    change: _Changed,
) -> Forecast:
    """The open deals meant, changed; renewals that nobody has opened are meant by kind, segment and team."""
    with Session() as session:
        bind_tables(session, book)
        any_day = which.model_copy(update={"from_": None, "to": None})
        meant = deals_meant(session, book, any_day, teams, payees)
    beyond = payees or which.products or which.min_term_months is not None or which.max_discount is not None
    beyond = beyond or which.min_amount is not None

    def is_meant(deal: OpenDeal) -> bool:
        within = (which.from_ is None or deal.expected_on >= which.from_) and (
            which.to is None or deal.expected_on < which.to
        )
        if deal.opportunity:
            return within and deal.id in meant
        of_kind = not which.kinds or deal.kind in which.kinds
        of_segment = not which.segments or deal.segment in which.segments
        return within and not beyond and of_kind and of_segment and (not teams or deal.team in teams)

    if not any(map(is_meant, forecast.deals)):
        raise Unfit("scenario_no_deals")
    deals = tuple(change(deal) if is_meant(deal) else deal for deal in forecast.deals)
    return forecast.model_copy(update={"deals": deals})


def _more_new(forecast: Forecast, change: NewBusiness) -> Forecast:
    known = {each.team for each in forecast.new_teams}
    missing = [team for team in change.teams if team not in known]
    if missing:
        raise Unfit("scenario_unknown_team", team=missing[0], known=", ".join(sorted(known)))
    teams = tuple(
        each.model_copy(update={"factor": product(each.factor, change.factor)})
        if not change.teams or each.team in change.teams
        else each
        for each in forecast.new_teams
    )
    return forecast.model_copy(update={"new_teams": teams})


def _churned(forecast: Forecast, change: Churn) -> Forecast:
    """Renewals with the share that is lost × factor, at most all of it."""

    def is_meant(deal: OpenDeal) -> bool:
        return deal.kind == "renewal" and (not change.segments or deal.segment in change.segments)

    if not any(map(is_meant, forecast.deals)):
        raise Unfit("scenario_no_deals")

    def lost(deal: OpenDeal) -> OpenDeal:
        kept = max(Decimal(0), 1 - product(1 - deal.probability, change.factor))
        return deal.model_copy(update={"probability": kept})

    deals = tuple(lost(deal) if is_meant(deal) else deal for deal in forecast.deals)
    return forecast.model_copy(update={"deals": deals})
