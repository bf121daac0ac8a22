"""Delimited text: bytes → records of text, with an encoding and a delimiter proposed from the content."""

import codecs
import csv
import io
from collections import Counter

from revplan.issues import Issue, Where

ENCODINGS = ("utf-8", "cp1252", "cp1254", "cp1250", "iso-8859-9", "utf-16", "mac-roman")
"""What the picker offers; cp1254 and iso-8859-9 are the Turkish code pages."""

DELIMITERS = (",", ";", "\t", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_RECORDS = 200
_SAMPLE_LETTERS = 200_000


def propose_encoding(content: bytes) -> str:
    """A byte-order mark decides; else UTF-8 if every byte fits; else cp1252. Guessing by letter statistics
    changed text in trials, so there is none: the picker is the way out."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(file: str, content: bytes, encoding: str) -> tuple[str | None, tuple[Issue, ...]]:
    """Bytes as text in exactly that encoding, or the issue that says which row does not fit it."""
    where = Where(file=file)
    wide = encoding.startswith(("utf-16", "utf-32"))
    if not wide and b"\0" in content[:65_536]:
        return None, (Issue("data.binary_file", "error", where),)
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as problem:
        row = content[: getattr(problem, "start", 0)].count(b"\n") + 1
        return None, (
            Issue("data.wrong_encoding", "error", Where(file=file, row=row), {"encoding": encoding}),
        )
    if "\0" in text:
        return None, (Issue("data.binary_file", "error", where),)
    return text, ()


def propose_delimiter(file: str, text: str) -> str:
    """The mark that cuts the most records of the beginning into equally many cells (at least two).

    A first line `sep=;`, as spreadsheets write it, decides. A single column gets a comma.
    """
    first = text[:20].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, best_score = "\t" if file.lower().endswith((".tsv", ".tab")) else ",", (0, 0)
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            # The cut may fall inside a quoted cell, so the beginning is read leniently.
            for number, record in enumerate(csv.reader(_lines(text[:_SAMPLE_LETTERS]), delimiter=delimiter)):
                if number >= _SAMPLE_RECORDS:
                    break
                widths[len(record)] += 1
        except csv.Error:
            continue
        score = max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_records(
    file: str, text: str, delimiter: str, most_rows: int
) -> tuple[list[list[str]] | None, tuple[Issue, ...]]:
    """Every record, blank ones as []; a quote that is never closed is refused: it would swallow rows."""
    records: list[list[str]] = []
    if len(delimiter) != 1:
        return None, (Issue("data.wrong_delimiter", "error", Where(file=file), {"delimiter": delimiter}),)
    try:
        for record in csv.reader(_lines(text), delimiter=delimiter, strict=True):
            records.append(record)
            if len(records) > most_rows:
                return None, (Issue("data.too_many_rows", "error", Where(file=file), {"most": most_rows}),)
    except csv.Error:
        where = Where(file=file, row=len(records) + 1)
        return None, (Issue("data.broken_quotes", "error", where),)
    if records and len(records[0]) <= 2 and "".join(records[0]).strip().lower().startswith("sep="):
        records[0] = []
    return records, ()


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")
