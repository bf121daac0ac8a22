"""Access: who may see which rows, and that anything unknown sees nothing."""

import pytest

from revplan.access import EVERYONE, NOBODY, AccessDenied, Viewer, require, scope

TEAMS = frozenset({"sales", "marketing"})
PAYEES = frozenset({"P1", "P2"})


@pytest.mark.parametrize("role", ["cro", "finance"])
def test_leaders_and_finance_see_everybody(role: str) -> None:
    assert scope(Viewer(role), TEAMS, PAYEES) == EVERYONE  # type: ignore[arg-type]


def test_a_lead_sees_the_own_team_and_the_own_person_only() -> None:
    seen = scope(Viewer("lead", "sales", "P1"), TEAMS, PAYEES)
    assert seen.sees("sales", "P2")
    assert seen.sees("marketing", "P1")
    assert not seen.sees("marketing", "P2")


def test_a_payee_sees_only_the_own_rows() -> None:
    seen = scope(Viewer("payee", "sales", "P2"), TEAMS, PAYEES)
    assert seen.sees("sales", "P2")
    assert not seen.sees("sales", "P1")


@pytest.mark.parametrize(
    "viewer",
    [Viewer(), Viewer("lead", "finance"), Viewer("payee", "", "P9"), Viewer("lead"), Viewer("payee")],
)
def test_whoever_is_not_known_sees_nobody(viewer: Viewer) -> None:
    seen = scope(viewer, TEAMS, PAYEES)
    assert seen == NOBODY
    assert not seen.sees("", "")


def test_a_role_that_is_not_named_is_denied() -> None:
    require(Viewer("cro"), "cro", "finance")
    with pytest.raises(AccessDenied):
        require(Viewer("lead", "sales"), "cro", "finance")
