"""Meanings: what the words of choice, team and reference columns stand for, and what is not known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from revplan.data.people import Directory
from revplan.data.recognise import guess_choice
from revplan.model.tables import Column

By = Literal["chosen", "known", "default", "unknown"]
_MOST_SUGGESTIONS = 200


@dataclass(frozen=True)
class Meaning:
    """What a text of a column stands for.

    `by`: chosen by a person, known (exact or a synonym), default (a stage that nobody knows is open) or
    unknown. `suggestion` and `suggestion_name` are the nearest id and its name, to be confirmed.
    """

    column: str
    text: str
    rows: int
    means: str
    by: By
    suggestion: str = ""
    suggestion_name: str = ""


def choice_meanings(
    column: Column, texts: Sequence[str | None], chosen: Mapping[str, str], default: str = ""
) -> dict[str, Meaning]:
    """Every distinct text of a choice column (or of the stage that an outcome is derived from)."""
    found = {}
    for text, rows in Counter(text for text in texts if text is not None).items():
        known = guess_choice(column.name, text) or (text if text in column.choices else "")
        if text in chosen:
            found[text] = Meaning(column.name, text, rows, chosen[text], "chosen")
        elif known:
            found[text] = Meaning(column.name, text, rows, known, "known")
        else:
            found[text] = Meaning(column.name, text, rows, default, "default" if default else "unknown")
    return found


def reference_meanings(
    column: str, texts: Sequence[str | None], chosen: Mapping[str, str], directory: Directory
) -> dict[str, Meaning]:
    """Every distinct text of a column that refers to people, accounts or teams.

    An unknown text means itself: the row keeps its reference.
    """
    found = {}
    suggestions = 0
    for text, rows in Counter(text for text in texts if text is not None).items():
        if text in chosen:
            found[text] = Meaning(column, text, rows, chosen[text], "chosen")
        elif (identity := directory.find(text)) is not None:
            found[text] = Meaning(column, text, rows, identity, "known")
        else:
            near = directory.suggest(text) if suggestions < _MOST_SUGGESTIONS else None
            suggestions += 1
            found[text] = Meaning(column, text, rows, text, "unknown", *(near or ("", "")))
    return found
