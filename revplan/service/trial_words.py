"""Trials in words: how much, how surely, and what it hangs on."""

from collections.abc import Mapping
from typing import Any

from revplan.model.book import Company
from revplan.simulate.outcome import AtRisk
from revplan.words import _, formats, names

Row = Mapping[str, Any]


def opening_sentence(year: Row, company: Company) -> str:
    """Where the year's payouts end in eight of ten trials; `year` is the last row of the fan."""

    def money(minor: int) -> str:
        return formats.compact_money(minor, company.currency, company.digits, places=2)

    if year["least"] == year["most"]:
        return _("Nothing is open any more: the plans pay {amount}.").format(amount=money(year["p50"]))
    text = _(
        "In eight of ten futures the plans pay between {low} and {high} by the end; in the middle {middle}."
    )
    return text.format(low=money(year["p10"]), high=money(year["p90"]), middle=money(year["p50"]))


def risk_sentence(risk: AtRisk, company: Company) -> str:
    """The budget at risk."""

    def money(minor: int) -> str:
        return formats.compact_money(minor, company.currency, company.digits, places=2)

    if not risk.chance:
        return _("The budget of {budget} held in every future.").format(budget=money(risk.budget))
    text = _(
        "The budget of {budget} is not enough in {chance} of futures, by {beyond} on average in those, and "
        "by {expected} over all."
    )
    return text.format(
        budget=money(risk.budget),
        chance=formats.percent(risk.chance),
        beyond=money(risk.when_beyond),
        expected=money(risk.expected),
    )


def driver(row: Row, company: Company) -> str:
    """What a driver is called."""
    teams = {team.id: team.name for team in company.teams}
    what, team = names.named(names.DRIVERS, row["driver"]), teams.get(row["team_id"], row["team_id"])
    return _("{what}: {team}").format(what=what, team=team) if team else what


def driver_sentence(row: Row, company: Company) -> str:
    """What the whole payout hangs on most."""

    def money(minor: int) -> str:
        return formats.compact_money(minor, company.currency, company.digits, places=2)

    text = _(
        "It hangs most on “{driver}”: in the fifth of futures with the least of it the plans pay {low} on "
        "average, in the fifth with the most {high}."
    )
    return text.format(driver=driver(row, company), low=money(row["low"]), high=money(row["high"]))


def owner(owner: str, company: Company) -> str:
    """Whose target it is."""
    kind, _colon, who = owner.partition(":")
    if kind == "company":
        return company.name
    return next((team.name for team in company.teams if team.id == who), who)
