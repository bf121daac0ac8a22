"""Colours: safe for colour-blind readers, and legible on the light and on the dark theme."""

from collections.abc import Sequence

from revplan.model.book import Team

PALETTE = ("#1f86a0", "#d4662a", "#8467c4", "#b08400", "#3f93d1", "#c2547f", "#3f9160", "#7b878e")
"""One for each team in turn. Each has a contrast of at least 3 to 1 on both backgrounds."""

COMPANY = "#6b7a83"
"""The company as a whole: grey, so that the teams stand out."""

QUIET = "#8a979e"
"""Lines, ticks and other things that only help to read."""

GAIN, LOSS = "#1f86a0", "#d4662a"
_OF_KIND = {"sales": 0, "marketing": 1, "success": 2}


def team_colours(teams: Sequence[Team]) -> dict[str, str]:
    """A colour for each team id: by kind for the first team of its kind, else the next one free.

    Depends on the company's list of teams alone, so that a team has one colour on every chart. After
    the eighth team colours repeat.
    """
    taken: dict[str, int] = {}
    for team in teams:
        slot = _OF_KIND.get(team.kind)
        if slot is not None and slot not in taken.values():
            taken[team.id] = slot
    free = [slot for slot in range(len(PALETTE)) if slot not in taken.values()] or [*range(len(PALETTE))]
    rest = [team.id for team in teams if team.id not in taken]
    taken |= {team_id: free[index % len(free)] for index, team_id in enumerate(rest)}
    return {team.id: PALETTE[taken[team.id]] for team in teams}
