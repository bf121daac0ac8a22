"""Recognising a file: which canonical table it is, and which column is which. It suggests, never applies."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import list_currencies
from rapidfuzz import fuzz, process

from revplan.data.fold import fold, squash
from revplan.data.values import Unreadable, read_currency
from revplan.model.tables import TABLES, TableSpec

_IN_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,6})\s*[)\]]\s*$|\s+in\s+([A-Z]{3}|[€$£₺])\s*$")
_CLOSE_ENOUGH = 88
_OUTCOME_PADDING = {"deal", "stage", "opportunity", "closed", "100"}

KnownShare = Callable[[str, str], float]
"""(column that refers to people or accounts, header) → share of the header's values that are known."""


@dataclass(frozen=True)
class Guess:
    """A header proposed for a column: `sure` by its exact name or a synonym, else only a suggestion.

    `others` are headers that would be sure too and are used for nothing.
    """

    column: str
    header: str
    sure: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableGuess:
    """How well a file fits a table: the higher the score, the better; `missing` required columns."""

    table: str
    score: float
    missing: tuple[str, ...]


@cache
def _synonyms() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8"))


@cache
def _spellings(table: str) -> Mapping[str, Mapping[str, int]]:
    """column → squashed spelling → its rank, the canonical name first."""
    known = _synonyms()[table]
    return {
        column.name: {
            squash(name): rank
            for rank, name in reversed(list(enumerate((column.name, *known.get(column.name, ())))))
        }
        for column in TABLES[table].columns
    }


@cache
def _commonness() -> Mapping[str, int]:
    """In how many tables a spelling is some column's name: "amount" says little, "deal stage" a lot."""
    counts: Counter[str] = Counter()
    for table in TABLES:
        counts.update({name for names in _spellings(table).values() for name in names})
    return counts


def header_currency(header: str) -> str:
    """The currency that a header names: "Amount (EUR)", "Betrag in €"; "" for none."""
    found = _IN_BRACKETS.search(header)
    if not found or not (text := found[1] or found[2]) or text == "%":
        return ""
    try:
        code = read_currency(text)
    except Unreadable:
        return ""
    return code if code == "$" or code in list_currencies() else ""


def guess_columns(
    spec: TableSpec, header: Sequence[str], known_share: KnownShare | None = None
) -> tuple[Guess, ...]:
    """At most one header for each column, and each header for one column only.

    Of several sure headers for a column that refers to people or accounts, the one whose values are known
    best wins, so that owner names beat owner ids that nobody here uses; otherwise the preferred spelling.
    """
    spellings = _spellings(spec.name)
    forms = {name: (squash(name), squash(_IN_BRACKETS.sub("", name))) for name in header}
    free = dict.fromkeys(header)
    sure: dict[str, str] = {}
    candidates = []
    for column in spec.columns:
        for name, (whole, bare) in forms.items():
            ranks = [spellings[column.name][form] for form in (whole, bare) if form in spellings[column.name]]
            if ranks:
                share = known_share(column.name, name) if known_share and column.refers_to else 0.0
                candidates.append((name != column.name, -share, min(ranks), column.name, name))
    for _, _, _, column_name, name in sorted(candidates, key=lambda one: one[:3]):
        if column_name not in sure and name in free:
            sure[column_name] = name
            del free[name]
    others = {
        column: tuple(name for *_, other, name in candidates if other == column and name in free)
        for column in sure
    }
    guesses = [Guess(column, name, True, others[column]) for column, name in sure.items()]
    for column in spec.columns:
        if column.name not in sure and free and (close := _closest(spellings[column.name], list(free))):
            guesses.append(Guess(column.name, close, False))
            del free[close]
    order = {column.name: number for number, column in enumerate(spec.columns)}
    return tuple(sorted(guesses, key=lambda guess: order[guess.column]))


def _closest(spellings: Mapping[str, int], names: Sequence[str]) -> str | None:
    best, best_score = None, float(_CLOSE_ENOUGH)
    for spelling in spellings:
        if len(spelling) > 3 and (
            found := process.extractOne(spelling, names, scorer=fuzz.ratio, processor=squash)
        ):
            name, score, _ = found
            if score > best_score:
                best, best_score = name, score
    return best


def rank_tables(file: str, header: Sequence[str]) -> tuple[TableGuess, ...]:
    """Every table with some fit, the best first: by columns found, rarer spellings counting more, required
    columns missing, and words in the file's name."""
    name = fold(re.sub(r"[_\-.]+", " ", file))
    ranked = []
    for spec in TABLES.values():
        found = guess_columns(spec, header)
        missing = missing_columns(spec, {guess.column: guess.header for guess in found})
        score = 0.0
        for guess in found:
            forms = (squash(guess.header), squash(_IN_BRACKETS.sub("", guess.header)))
            common = min((_commonness()[form] for form in forms if form in _commonness()), default=3)
            score += (2 if spec.column(guess.column).required else 1) / common
        score -= len(missing) / 2
        if any(word in name for word in _synonyms()["files"][spec.name]):
            score += 1.5
        if found and score > 0:
            ranked.append(TableGuess(spec.name, score, missing))
    return tuple(sorted(ranked, key=lambda guess: -guess.score))


def missing_columns(spec: TableSpec, mapped: Mapping[str, str]) -> tuple[str, ...]:
    """Required columns without a header; an outcome is derived from the stage when there is one."""
    return tuple(
        column.name
        for column in spec.columns
        if column.required
        and not mapped.get(column.name)
        and not (column.name == "outcome" and mapped.get("stage"))
    )


@cache
def _choice_words(column: str) -> Mapping[str, str]:
    known = _synonyms()["values"]
    return {squash(word): choice for choice, words in known.get(column, {}).items() for word in words}


def guess_choice(column: str, text: str) -> str:
    """The choice that a value means by its exact name or a synonym; "" when it is not known.

    For an outcome, words that say nothing of it are left aside: "Closed Won 100%" is won, "Verbally won"
    is not known.
    """
    words = _choice_words(column)
    if (found := words.get(squash(text))) or column != "outcome":
        return found or ""
    rest = [word for word in re.split(r"[^0-9a-z]+", fold(text)) if word and word not in _OUTCOME_PADDING]
    return words.get("".join(rest), "")
