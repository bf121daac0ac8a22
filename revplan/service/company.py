"""The company's own settings: the date up to which facts count. Every save is a version of its document."""

from collections.abc import Callable
from datetime import date

from revplan.access import Viewer, require
from revplan.model import plan_text
from revplan.model.book import Company
from revplan.service import workspace as workspaces
from revplan.store import documents


def set_as_of(viewer: Viewer, day: date) -> None:
    """Let facts count up to `day`, that day included. CRO and finance only."""
    change(viewer, lambda company: company.model_copy(update={"as_of": day}), f"as of {day.isoformat()}")


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
