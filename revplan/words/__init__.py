"""Words in the reader's language: gettext, looked up each time a word is drawn.

English is the source; a catalogue lies in `locale/<language>/LC_MESSAGES/revplan.mo`. Which language
is spoken is a context variable, so that two readers served by one process never share it.
"""

import gettext as _gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "tr": "Türkçe"}
"""Languages on offer, each by its own name."""

_LOCALE = Path(__file__).parent / "locale"
_spoken: ContextVar[str] = ContextVar("language", default="")
_sources: list[Callable[[], str]] = []


def language() -> str:
    """The language spoken now: what `speaking` says, else the first source that knows, else English."""
    spoken = _spoken.get()
    if not spoken:
        spoken = next((said for source in _sources if (said := source())), "")
    return spoken if spoken in LANGUAGES else "en"


def ask_language(source: Callable[[], str]) -> None:
    """Register where to ask for the language when no `speaking` block names one (the app's session)."""
    if source not in _sources:
        _sources.append(source)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak `name` ("en", "tr") inside the block; an unknown language is English."""
    token = _spoken.set(name if name in LANGUAGES else "en")
    try:
        yield
    finally:
        _spoken.reset(token)


def closest(wanted: str | None) -> str:
    """The language on offer nearest to a browser's ("tr-TR" → "tr"); English when there is none."""
    name = (wanted or "").replace("_", "-").split("-")[0].lower()
    return name if name in LANGUAGES else "en"


@cache
def _catalogue(name: str) -> _gettext.NullTranslations:
    return _gettext.translation("revplan", _LOCALE, languages=[name], fallback=True)


def gettext(text: str) -> str:
    """`text` in the reader's language."""
    return _catalogue(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a text for `number` things, in the reader's language."""
    return _catalogue(language()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """`text` in the reader's language, where the same English word means two things."""
    return _catalogue(language()).pgettext(context, text)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a text that is translated later, where it is drawn."""
    return text


_ = gettext

__all__ = [
    "LANGUAGES",
    "N_",
    "_",
    "ask_language",
    "closest",
    "gettext",
    "language",
    "ngettext",
    "pgettext",
    "speaking",
]
