"""Plan check of the deals that a component means: they can exist, and are named as the data names them."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fractions import Fraction
from typing import Protocol

from revplan.issues import Issue, Severity
from revplan.metrics.measures import Measure
from revplan.metrics.traits import money_column
from revplan.model.book import Book
from revplan.model.deals import Which
from revplan.money import MILLION, round_half_away
from revplan.rules.typical import Ground

_PRODUCTS = ("opportunities", "orders", "quotes", "contracts")


class Subject(Protocol):
    """The component under check (`check.components.Subject`)."""

    @property
    def ground(self) -> Ground: ...

    def issue(self, code: str, severity: Severity, at: str = "", /, **parameters: str | int) -> Issue: ...


def check_which(subject: Subject, which: Which, measure: Measure, at: str) -> Iterator[Issue]:
    """Refuses what no deal can meet; flags products and segments that no row of the book has."""
    if which.from_ and which.to and which.to <= which.from_:
        days = {"start": which.from_.isoformat(), "end": which.to.isoformat()}
        yield subject.issue("plan.deals_of_no_day", "error", f"{at}.to", **days)
    if which.max_discount is not None and not 0 <= which.max_discount <= 1:
        share = round_half_away(Fraction(which.max_discount) * MILLION)
        yield subject.issue("plan.discount_out_of_range", "error", f"{at}.max_discount", found_share=share)
    table = measure.definition.table if measure.definition else ""
    if which.min_amount is not None and table and money_column(table) is None:
        yield subject.issue("plan.deals_without_amount", "error", f"{at}.min_amount", measure=measure.name)
    book = subject.ground.book
    for field, wanted, known in (
        ("product", which.products, products(book)),
        ("segment", which.segments, segments(book)),
    ):
        for name in wanted:
            if known and name not in known:
                close = (get_close_matches(name, known, n=1) or [", ".join(known[:5])])[0]
                at_field = f"{at}.{field}s"
                yield subject.issue(f"plan.unknown_{field}", "warning", at_field, name=name, suggestion=close)


def products(book: Book) -> list[str]:
    """Every product that a deal has, in order."""
    return _names(book, ((table, "product") for table in _PRODUCTS))


def segments(book: Book) -> list[str]:
    """Every segment that an account has, in order."""
    return _names(book, (("accounts", "segment"),))


def _names(book: Book, columns: Iterable[tuple[str, str]]) -> list[str]:
    found: set[str | None] = set()
    for table, column in columns:
        if table in book.tables:
            found.update(book.tables[table][column].unique().to_pylist())
    return sorted(name for name in found if name)
