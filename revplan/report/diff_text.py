"""What is different between two runs, as text for a terminal."""

from collections.abc import Sequence

from revplan.model.book import Book
from revplan.report.plain_text import printable
from revplan.rules.explain.diff import Moved
from revplan.words import _, formats, ngettext
from revplan.words.diff_story import moved_story
from revplan.words.table_words import terms_for

MOST = 40
"""So many lines are told: those that moved most."""


def diff_text(moved: Sequence[Moved], book: Book) -> str:
    """How many lines moved and by how much in all; then those that moved most, each with its causes."""
    if not moved:
        return _("Both books pay the same, line by line and adjustment by adjustment.")
    terms = terms_for(book.company, book.targets, book.plans)
    total = sum(one.difference for one in moved)
    text = ngettext(
        "{count} line is not the same: {total} in all.",
        "{count} lines are not the same: {total} in all.",
        len(moved),
    )
    amount = formats.money(total, terms.currency, terms.digits, sign=True)
    told = [text.format(count=formats.number(len(moved)), total=amount)]
    order = sorted(range(len(moved)), key=lambda i: (-abs(moved[i].difference), i))
    for i in sorted(order[:MOST]):
        head, *causes = moved_story(moved[i], terms)
        told.append("\n".join(map(printable, [head, *(f"  {cause}" for cause in causes)])))
    if len(moved) > MOST:
        left = len(moved) - MOST
        told.append(ngettext("{count} more", "{count} more", left).format(count=formats.number(left)))
    return "\n\n".join(told)
