"""The company's own settings: the day up to which facts count, and costs. Each save is a version of them."""

from collections.abc import Callable
from datetime import date

from revplan.access import Viewer, require
from revplan.issues import Issue
from revplan.model import plan_text
from revplan.model.book import Company, Costs
from revplan.rules.check.costs import check_costs
from revplan.service import workspace as workspaces
from revplan.store import documents


def set_as_of(viewer: Viewer, day: date) -> None:
    """Let facts count up to `day`, that day included. CRO and finance only."""
    change(viewer, lambda company: company.model_copy(update={"as_of": day}), f"as of {day.isoformat()}")


def set_costs(viewer: Viewer, costs: Costs) -> tuple[Issue, ...]:
    """State what marketing and sales cost and what margin is left; what is wrong with it, and nothing is
    saved then. CRO and finance only."""
    require(viewer, "cro", "finance")
    company = workspaces.current().book().company
    wrong = tuple(check_costs(company.model_copy(update={"costs": costs})))
    if not wrong:
        change(viewer, lambda company: company.model_copy(update={"costs": costs}), "costs")
    return wrong


def change(viewer: Viewer, changed: Callable[[Company], Company], note: str) -> None:
    """Save the company as `changed` makes it of what it is now; nothing where it stays the same.

    CRO and finance only.
    """
    require(viewer, "cro", "finance")
    workspace = workspaces.current()
    with workspace.writing:
        company = workspace.book().company
        made = changed(company)
        if made == company:
            return
        with workspace.records.write() as connection:
            kept = documents.find(connection, "company", documents.COMPANY)
            documents.add_version(
                connection,
                "company",
                documents.COMPANY,
                plan_text.write_company(made),
                expected_version=kept.version if kept else 0,
                saved_by=viewer.name,
                saved_at=workspace.now(),
                note=note,
            )
