"""The closes of a book folder: `closes/<plan set>/<last month>/`, written once and never changed."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from revplan.data.close_files import Changed, NoClose, close_files, close_from
from revplan.issues import Issue, Where
from revplan.model.closes import Close
from revplan.periods import add_months, month_label

_FOLDER = "closes"


def write_close(close: Close, folder: Path) -> Path:
    """Add a close to a book folder, whole or not at all; where it lies. FileExistsError when it is there.

    Its files are those of `close_files`.
    """
    place = folder / _FOLDER / close.plan_set / _month(close.end)
    if place.exists():
        raise FileExistsError(place)
    aside = place.with_name(f".{place.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, content in close_files(close).items():
        (aside / name).write_bytes(content)
    aside.rename(place)
    return place


def read_closes(folder: Path, issues: list[Issue]) -> tuple[Close, ...]:
    """Every close of a book folder, by plan set and date; what cannot be read goes to `issues`."""
    found = []
    for place in _places(folder):
        name = place.relative_to(folder).as_posix()
        try:
            found.append(_read(place))
        except Changed as changed:
            where = Where(file=f"{name}/{changed.args[0]}")
            issues.append(Issue("book.close_changed", "error", where))
        except (OSError, NoClose):
            issues.append(Issue("book.close_unreadable", "error", Where(file=name)))
    return tuple(sorted(found, key=lambda close: (close.plan_set, close.end)))


def remove_closes(folder: Path) -> None:
    """Take all closes out of a folder, for another book to be written there."""
    for place in [*_places(folder)]:
        shutil.rmtree(place)


def _places(folder: Path) -> Iterator[Path]:
    closes = folder / _FOLDER
    if closes.is_dir():
        for plan_set in sorted(closes.iterdir()):
            if plan_set.is_dir() and not plan_set.name.startswith("."):
                for place in sorted(plan_set.iterdir()):
                    if place.is_dir() and not place.name.startswith("."):
                        yield place


def _read(place: Path) -> Close:
    close = close_from({path.name: path.read_bytes() for path in sorted(place.iterdir()) if path.is_file()})
    if (place.parent.name, place.name) != (close.plan_set, _month(close.end)):
        raise NoClose("lies in another place than it was written to")
    return close


def _month(end: date) -> str:
    return month_label(add_months(end, -1))
