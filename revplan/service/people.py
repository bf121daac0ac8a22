"""Teams and people of the book by name: what the local role switch chooses from. No pay, no credit."""

from dataclasses import dataclass
from datetime import date

from revplan.model.book import Book, Team
from revplan.service import workspace
from revplan.service.once import Once


@dataclass(frozen=True)
class People:
    """Names by id: teams in the book's order, payees by name; `leads` maps a team to its manager.

    `team_of` is each payee's latest team.
    """

    company: str
    as_of: date
    team_list: tuple[Team, ...]
    teams: dict[str, str]
    payees: dict[str, str]
    team_of: dict[str, str]
    leads: dict[str, str]


_kept: Once[People] = Once(4)


def current_people() -> People:
    """Everybody in the book as it stands now: see `people`."""
    book, key = workspace.current().book_and_key()
    return _kept.get(key, lambda: people(book))


def people(book: Book) -> People:
    """Everybody who is, or was, in the book up to its as-of date; the latest row of a payee counts.

    A team's lead is the payee of that team who manages most of its members (ties: lower id).
    """
    latest: dict[str, dict[str, object]] = {}
    rows = book.tables["payees"].to_pylist() if "payees" in book.tables else []
    for row in sorted(rows, key=lambda row: row["starts_on"]):
        if row["starts_on"] <= book.company.as_of or row["payee_id"] not in latest:
            latest[row["payee_id"]] = row
    members = {payee: str(row["team"]) for payee, row in latest.items()}
    return People(
        company=book.company.name,
        as_of=book.company.as_of,
        team_list=book.company.teams,
        teams={team.id: team.name for team in book.company.teams},
        payees=dict(sorted(((p, str(row["name"])) for p, row in latest.items()), key=lambda item: item[1])),
        team_of=members,
        leads={team.id: _lead(team.id, latest, members) for team in book.company.teams},
    )


def _lead(team_id: str, latest: dict[str, dict[str, object]], members: dict[str, str]) -> str:
    managed: dict[str, int] = {}
    for payee, row in latest.items():
        manager = str(row.get("manager_id") or "")
        if members[payee] == team_id and members.get(manager) == team_id:
            managed[manager] = managed.get(manager, 0) + 1
    return min(managed, key=lambda manager: (-managed[manager], manager), default="")
