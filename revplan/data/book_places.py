"""What lies in a book folder: the files of each part, and names and places that are most likely mistakes."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from revplan.data.fold import squash
from revplan.issues import Issue, Where
from revplan.model.tables import TABLES

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")

_FILES = {
    "book": ("book.toml",),
    "targets": ("targets.toml", "targets.csv"),
    **{name: tuple(f"{name}{suffix}" for suffix in SUFFIXES) for name in TABLES},
}


def table_files(folder: Path, name: str, suffixes: tuple[str, ...] = SUFFIXES) -> list[Path]:
    """The files that a folder has for a table (or for targets); a book has at most one for each table."""
    return [path for suffix in suffixes if (path := folder / f"{name}{suffix}").is_file()]


def plan_files(folder: Path) -> list[Path]:
    """The plans of a folder, in the order of their names; `.TOML` is a plan, too."""
    plans = folder / "plans"
    if not plans.is_dir():
        return []
    return sorted(path for path in plans.iterdir() if path.suffix.lower() == ".toml")


def unreadable_places(folder: Path) -> Iterator[tuple[str, Issue]]:
    """Parts of the book whose file is a folder or a link to nowhere, or whose folder is a file."""
    for part, names in _FILES.items():
        for name in names:
            path = folder / name
            if (path.exists() or path.is_symlink()) and not path.is_file():
                yield part, Issue("book.not_a_file", "error", Where(file=name))
    plans = folder / "plans"
    if (plans.exists() or plans.is_symlink()) and not plans.is_dir():
        yield "plans", Issue("book.not_a_folder", "error", Where(file="plans"))
    closes = folder / "closes"
    if (closes.exists() or closes.is_symlink()) and not closes.is_dir():
        yield "closes", Issue("book.closes_not_a_folder", "error", Where(file="closes"))


def unknown_columns(file: str, names: Iterable[str], known: list[str]) -> Iterator[Issue]:
    """Columns that the file cannot have, each with the known name that is nearest, or else all."""
    for name in names:
        said = {"suggestion": _nearest(name, known)}
        yield Issue("book.unknown_column", "error", Where(file=file, column=name), said)


def strangers(folder: Path) -> Iterator[Issue]:
    """Table files with a name that no table has: most likely misspelt."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        known = {*_FILES["targets"], *(name for table in TABLES for name in _FILES[table])}
        if path.name not in known:
            near = _nearest(path.stem, [*TABLES, "targets"])
            full = near if near != path.stem else "targets.csv" if near == "targets" else path.name.lower()
            said = {"suggestion": full}
            yield Issue("book.unknown_file", "warning", Where(file=path.name), said)


def _nearest(name: str, known: list[str]) -> str:
    plain = {squash(each): each for each in known}
    near = get_close_matches(squash(name), list(plain), n=1)
    return plain[near[0]] if near else ", ".join(known)
