"""What goes into a plan workbook, and what the people and teams in it are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from revplan.model.book import Company
from revplan.model.plan import Plan
from revplan.model.results import RunResult
from revplan.words import _, names


@dataclass(frozen=True)
class Contents:
    """The contents of a plan workbook, already cut to what its reader may see.

    `result` and `plans` hold only what is in scope; `payee_names` and
    `account_names` map ids to names; `notes` are pairs of
    words that name the run (snapshot, versions, who exported it and when), written as they are. `stories`
    are those of the lines by their id; without any, there is no sheet of explanations.
    """

    company: Company
    plans: tuple[Plan, ...]
    result: RunResult
    payee_names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    stories: Mapping[int, str] = field(default_factory=dict)
    account_names: Mapping[str, str] = field(default_factory=dict)

    def team_label(self, team_id: str) -> str:
        """A team's name; with its id where two teams have the same name."""
        named = [team for team in self.company.teams if team.id == team_id]
        if not named:
            return team_id
        same = [team for team in self.company.teams if team.name.casefold() == named[0].name.casefold()]
        return f"{named[0].name} ({team_id})" if len(same) > 1 else named[0].name

    def payee_label(self, payee_id: str) -> str:
        """A person's name, else the id."""
        return self.payee_names.get(payee_id, payee_id)

    def owner_label(self, owner: str) -> str:
        """The name of a target's owner: the company, a team or a person."""
        kind, __, name = owner.partition(":")
        if kind == "team":
            return self.team_label(name)
        if kind == "vacancy":
            return names.seat(name)
        return self.payee_label(name) if kind == "payee" else self.company_label

    @property
    def company_label(self) -> str:
        """The company's name, or the word for it."""
        return self.company.name or _("Company")

    def plan_label(self, plan_id: str) -> str:
        """A plan's name, the newest version's."""
        found = [plan for plan in self.plans if plan.id == plan_id]
        return max(found, key=lambda plan: plan.version).name if found else plan_id

    def measure_label(self, measure: str) -> str:
        """A measure's name, the company's own among them."""
        return names.measure(measure, {own.id: own.name for own in self.company.measures})
