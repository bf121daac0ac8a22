"""Every word shown to people is in every catalogue: translated, checked, compiled (`make words`)."""

import string
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "revplan" / "words" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/revplan.po"))

each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def source() -> Catalog:
    catalogue = Catalog()
    for folder in ("revplan", "pages"):
        for name, _, words, _, context in extract_from_dir(ROOT / folder):
            catalogue.add(words, locations=[(f"{folder}/{name}", 0)], context=context)
    if (app := ROOT / "app.py").exists():
        for _, words, _, context in extract_from_file("python", app):
            catalogue.add(words, locations=[("app.py", 0)], context=context)
    return catalogue


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def text(context: str | bytes | None) -> str:
    return context.decode() if isinstance(context, bytes) else context or ""  # bytes: as read from .mo


def words(catalogue: Catalog) -> dict[tuple[object, object], tuple[str, ...]]:
    """The words a running app finds: an empty or fuzzy one is not compiled."""
    return {
        (forms(message.id), text(message.context)): forms(message.string)
        for message in catalogue
        if message.id and not message.fuzzy and all(forms(message.string))
    }


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(message: Message, translated: Message | None) -> str | None:
    if translated is None:
        return "missing"
    if translated.fuzzy:
        return "fuzzy"
    if not all(forms(translated.string)):
        return "empty"
    if "python-brace-format" in message.flags:
        known = set().union(*map(fields, forms(message.id)))
        if any(fields(form) - known for form in forms(translated.string)):
            return "a {field} the English does not have"
    return next((str(error) for error in translated.check()), None)


def test_turkish_is_there() -> None:
    assert "tr" in {path.parts[-3] for path in CATALOGUES}


@each_catalogue
def test_every_word_is_translated(path: Path) -> None:
    catalogue = read(path)
    found = {
        message.id: f"{fault} ({message.locations[0][0]})"
        for message in source()
        if message.id and (fault := faults(message, catalogue.get(message.id, message.context)))
    }
    assert not found, "run `make words`, then translate"


@each_catalogue
def test_compiled_is_what_is_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = words(read_mo(file))
    assert compiled == words(read(path)), "run `make words`"
