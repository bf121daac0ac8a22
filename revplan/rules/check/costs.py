"""Check of the costs that the company states for its key figures."""

from collections import Counter
from collections.abc import Iterator

from revplan.issues import Issue, Where
from revplan.model.book import Company


def check_costs(company: Company) -> Iterator[Issue]:
    """Refuses two statements of the same thing that begin in the same month."""
    for field in ("acquisition", "gross_margin"):
        months = Counter(one.from_.isoformat()[:7] for one in getattr(company.costs, field))
        for month, number in months.items():
            if number > 1:
                said: dict[str, str | int] = {"number": number, "period": month}
                yield Issue(f"costs.{field}_twice", "error", Where(column=f"costs.{field}"), said)
