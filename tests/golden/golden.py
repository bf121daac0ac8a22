"""What the sample company is paid under each engine version: a hash of each table, totals by team and period.

A folder is a version. `tables.csv` has the hash of the inputs and of every result table; `totals.csv` has
what each team was paid in each period, so that a difference can be said in words.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.model.results import RunResult
from revplan.model.tables import PROVENANCE
from revplan.rules.run import run

FOLDER = Path(__file__).parent
SAMPLE = FOLDER.parent.parent / "sample_data"
RESULTS = ("lines", "parts", "inputs", "credits", "standings", "adjustments", "statements")
NAMES = ("plan_set", "team", "period", "lines", "payout")

Key = tuple[str, str, str]
"""plan set, team, payment period."""


@dataclass(frozen=True)
class Golden:
    """One engine version's results: hashes by name ("inputs", "shared/lines"), totals in minor units."""

    hashes: Mapping[str, str]
    totals: Mapping[Key, tuple[int, int]]
    digits: int

    @classmethod
    def of_sample(cls) -> tuple["Golden", str]:
        """Calculated now, with the engine's version."""
        book, issues = read_book(SAMPLE)
        assert book is not None, issues
        results = [run(book, name) for name in book.plan_sets()]
        hashes = {"inputs": hash_of(inputs(book))}
        hashes |= {
            f"{result.plan_set}/{name}": hash_of(rows(getattr(result, name)))
            for result in results
            for name in RESULTS
        }
        totals = {key: total for result in results for key, total in totals_of(result).items()}
        return cls(hashes, totals, book.company.digits), results[0].engine_version

    @classmethod
    def read(cls, version: str) -> "Golden | None":
        """As kept for a version; None when nothing is."""
        folder = FOLDER / f"version_{version}"
        if not folder.is_dir():
            return None
        hashes = {row["table"]: row["hash"] for row in read_rows(folder / "tables.csv")}
        digits = int(hashes.pop("digits"))
        totals = {
            (row["plan_set"], row["team"], row["period"]): (
                int(row["lines"]),
                int(Decimal(row["payout"]).scaleb(digits)),
            )
            for row in read_rows(folder / "totals.csv")
        }
        return cls(hashes, totals, digits)

    def write(self, version: str) -> None:
        """Keep for a version."""
        folder = FOLDER / f"version_{version}"
        folder.mkdir(exist_ok=True)
        hashes = [{"table": name, "hash": value} for name, value in self.hashes.items()]
        write_rows(
            folder / "tables.csv", ("table", "hash"), [*hashes, {"table": "digits", "hash": self.digits}]
        )
        totals = [(*key, lines, self.major(payout)) for key, (lines, payout) in sorted(self.totals.items())]
        write_rows(folder / "totals.csv", NAMES, [dict(zip(NAMES, row, strict=True)) for row in totals])

    def major(self, minor: int) -> str:
        """Minor units as text in major units."""
        return str(Decimal(minor).scaleb(-self.digits))

    def moved_to(self, now: "Golden") -> list[str]:
        """What is different now, in words; the totals first."""
        said = []
        for key in sorted(self.totals.keys() | now.totals.keys()):
            before, after = self.totals.get(key, (0, 0)), now.totals.get(key, (0, 0))
            if before != after:
                gap = self.major(after[1] - before[1])
                said.append(
                    f"{key[0]}: {key[1]} in {key[2]} was paid {self.major(before[1])} in {before[0]} lines, "
                    f"now {self.major(after[1])} in {after[0]} ({'' if gap.startswith('-') else '+'}{gap})"
                )
        tables = [name for name, value in now.hashes.items() if self.hashes.get(name) != value]
        return said + [f"the table {name} is not what it was" for name in tables if name != "inputs"]


def inputs(book: Book) -> Iterator[object]:
    """Everything that the results follow from, where a row came from left out."""
    yield book.company.model_dump(mode="json", by_alias=True)
    yield from sorted(json.dumps(plan.model_dump(mode="json", by_alias=True)) for plan in book.plans)
    yield from sorted(json.dumps(target.model_dump(mode="json", by_alias=True)) for target in book.targets)
    for name, table in sorted(book.tables.items()):
        yield name
        own = table.drop_columns([field.name for field in PROVENANCE])
        yield from sorted(json.dumps(row, default=str) for row in rows(own))


def rows(table: pa.Table) -> Iterable[object]:
    """The table's rows as values, whatever their storage."""
    yield table.column_names
    yield from table.to_pylist()


def hash_of(content: Iterable[object]) -> str:
    """SHA-256 of the content as JSON lines."""
    found = hashlib.sha256()
    for item in content:
        found.update(json.dumps(item, default=str).encode() + b"\n")
    return found.hexdigest()


def totals_of(result: RunResult) -> dict[Key, tuple[int, int]]:
    """Lines and payout by team and payment period."""
    lines: Counter[Key] = Counter()
    paid: Counter[Key] = Counter()
    for line in result.lines.select(["team_id", "period", "payout"]).to_pylist():
        key = (result.plan_set, line["team_id"], line["period"])
        lines[key] += 1
        paid[key] += line["payout"]
    return {key: (lines[key], paid[key]) for key in lines}


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, names: Sequence[str], content: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)
