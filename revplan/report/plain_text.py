"""Plain text for a terminal: aligned tables, and issues with their place, reason and remedy."""

from collections.abc import Iterable, Sequence

from revplan.issues import Issue
from revplan.words import names, sentences


def table_text(titles: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Rows under their titles in aligned columns, the numbers in `right` on the right; no line at the end."""
    lines = [list(titles), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    lines.insert(1, ["─" * width for width in widths])
    on_right = frozenset(right)
    return "\n".join(
        "  ".join(
            text.rjust(width) if column in on_right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def issue_text(issue: Issue, currency: str = "", digits: int = 2) -> str:
    """One issue over a few lines: how serious and where, what is wrong, why it matters, what to do."""
    told = sentences.told(issue, currency, digits)
    place = sentences.place(issue.where)
    head = names.named(names.SEVERITIES, issue.severity)
    lines = [f"{head}: {place}" if place else head, *(f"  {text}" for text in told if text)]
    return "\n".join(printable(line) for line in lines)


def printable(text: str) -> str:
    """Without control characters: a cell's text must not steer the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
