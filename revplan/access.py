"""Who may see what: the viewer of every service call, and the scope that results are joined to."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["cro", "finance", "lead", "payee", "none"]


@dataclass(frozen=True)
class Viewer:
    """Who is looking. `team_id` is a lead's own team, `payee_id` a payee's (or lead's) own person."""

    role: Role = "none"
    team_id: str = ""
    payee_id: str = ""

    @property
    def name(self) -> str:
        """A stable name for logs and the saved-by column."""
        return ":".join(part for part in (self.role, self.team_id, self.payee_id) if part)


@dataclass(frozen=True)
class Scope:
    """What pay and credit a viewer may see: rows of these teams, or of these payees; or everything.

    A row is visible when its `team_id` is in `team_ids` or its `payee_id` in `payee_ids`; the team is
    the one of the row's own period, so a lead does not see what a member earned in another team.
    A value object: part of every cache key. Shared totals are visible to all and never filtered.
    """

    everyone: bool
    payee_ids: frozenset[str] = frozenset()
    team_ids: frozenset[str] = frozenset()

    def sees(self, team_id: str, payee_id: str) -> bool:
        """Whether a row of that team and payee is visible."""
        return self.everyone or team_id in self.team_ids or payee_id in self.payee_ids


class AccessDenied(Exception):
    """The viewer's role does not allow this; pages show it as a sentence, never as a traceback."""


NOBODY = Scope(everyone=False)
EVERYONE = Scope(everyone=True)


def scope(viewer: Viewer, known_teams: frozenset[str], known_payees: frozenset[str]) -> Scope:
    """What the viewer may see.

    CRO and finance see everyone; a lead the own team and the own person; a payee the own person;
    any other role, and a lead or payee who is not in the book, nobody.
    """
    if viewer.role in ("cro", "finance"):
        return EVERYONE
    own = frozenset({viewer.payee_id}) & known_payees
    if viewer.role == "lead":
        return Scope(False, own, frozenset({viewer.team_id}) & known_teams)
    if viewer.role == "payee":
        return Scope(False, own)
    return NOBODY


def require(viewer: Viewer, *roles: Role) -> None:
    """Raise AccessDenied unless the viewer has one of `roles`."""
    if viewer.role not in roles:
        raise AccessDenied(viewer.role)
