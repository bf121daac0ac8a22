"""Issues as sentences: each area's codes live in a module of this package, as `SENTENCES`.

An unknown code, or a parameter that is missing, still gives a readable sentence and never an error.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial

from revplan.issues import Issue, Where
from revplan.money import currency_digits
from revplan.words import _, data_names, formats, gettext, names, toml_problems
from revplan.words.sentences import simulation
from revplan.words.sentences.base import Sentence

__all__ = ["Sentence", "known", "place", "sentence", "told"]


@cache
def known() -> Mapping[str, Sentence]:
    """Every code of every area, with its sentences in English."""
    found: dict[str, Sentence] = {}
    for module in pkgutil.iter_modules(__path__):
        area = importlib.import_module(f"{__name__}.{module.name}")
        found.update(getattr(area, "SENTENCES", {}))
    return found


def told(issue: Issue, currency: str = "", digits: int = 2) -> Sentence:
    """What, why and what to do about `issue`, in the reader's language with its parameters filled in.

    Parameters whose name ends in `_amount` are minor units, shown in `currency` with `digits` (a parameter
    of that name wins, with its own digits); `_share` millionths, shown as percent; `measure`, `rule`,
    `grain`, `period`, `limit`, `table` and `fields` (columns of tables) codes, shown by name. ISO dates
    become dates as the reader writes them.
    """
    form = known().get(issue.code) or Sentence(_humanised(issue))
    words = _Words(issue.parameters, currency, digits)
    return Sentence(*(_filled(gettext(text), words) for text in form))


def sentence(issue: Issue, currency: str = "", digits: int = 2) -> str:
    """The whole of `told` as one paragraph, the place first."""
    where, parts = place(issue.where), " ".join(filter(None, told(issue, currency, digits)))
    return f"{where}: {parts}" if where else parts


def place(where: Where) -> str:
    """Where an issue lies, in words: "deals.csv, row 12, column Amount"; "" when nowhere."""
    parts = [
        where.file or (_("table {name}").format(name=data_names.table(where.table)) if where.table else ""),
        _("row {number}").format(number=formats.number(where.row)) if where.row else "",
        _("column {name}").format(name=where.column) if where.column else "",
        _("plan {name}").format(name=where.plan) if where.plan else "",
        _("component {name}").format(name=where.component) if where.component else "",
        where.payee,
        formats.period(where.period),
        _("target {name}").format(name=where.target) if where.target else "",
    ]
    return ", ".join(filter(None, parts))


class _Words(dict[str, object]):
    """Parameters as words. One that a sentence names and the issue lacks shows as …"""

    def __init__(self, parameters: Mapping[str, str | int], currency: str, digits: int) -> None:
        own, currency = currency, str(parameters.get("currency", currency))
        digits = digits if currency == own else currency_digits(currency)
        super().__init__({name: _shown(name, value, currency, digits) for name, value in parameters.items()})

    def __missing__(self, key: str) -> str:
        return "…"


_NAMED: Mapping[str, Callable[[str], str]] = {
    "measure": names.measure,
    "rule": partial(names.named, names.CREDIT_RULES),
    "grain": names.grain,
    "period": formats.period,
    "limit": partial(names.named, names.LIMITS),
    "table": data_names.table,
    "detail": toml_problems.syntax,
    "fields": lambda text: formats.listed([data_names.column(name) for name in text.split(", ")]),
    "expected": lambda text: gettext(names.EXPECTED.get(text, text)),
    "why": lambda text: gettext(simulation.WHY.get(text, text)),
}
"""Parameters, by name or by the name's last word, that hold codes people know by another word."""


def _shown(name: str, value: str | int, currency: str, digits: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_amount") or name == "amount":
            return formats.money(value, currency, digits)
        if name.endswith("_share"):
            return formats.percent(value, 2)
        return formats.number(value) if abs(value) >= 10_000 else str(value)  # years stay as they are
    text = str(value)
    if word := _NAMED.get(name.rpartition("_")[2]):
        return word(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return formats.day(date.fromisoformat(text))
        except ValueError:
            return text
    return text


def _filled(text: str, words: _Words) -> str:
    try:
        return text.format_map(words)
    except (ValueError, IndexError, AttributeError, KeyError):
        return text  # a brace that is not a placeholder


def _humanised(issue: Issue) -> str:
    details = ", ".join(f"{_spaced(name)} {value}" for name, value in sorted(issue.parameters.items()))
    text = _spaced(issue.code).capitalize() + (f": {details}" if details else "") + "."
    return text.replace("{", "{{").replace("}", "}}")


def _spaced(name: str) -> str:
    return re.sub(r"[_\s.:-]+", " ", name).strip()
