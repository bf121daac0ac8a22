"""The company's own settings: the date up to which facts count."""

from datetime import date

from revplan.access import Viewer, require
from revplan.model import plan_text
from revplan.service import workspace as workspaces
from revplan.store import documents


def set_as_of(viewer: Viewer, day: date) -> None:
    """Let facts count up to `day`, that day included. Every save is a version of the company's document."""
    require(viewer, "cro", "finance")
    workspace = workspaces.current()
    with workspace.writing:
        company = workspace.book().company
        if company.as_of == day:
            return
        text = plan_text.write_company(company.model_copy(update={"as_of": day}))
        with workspace.records.write() as connection:
            kept = documents.find(connection, "company", documents.COMPANY)
            documents.add_version(
                connection,
                "company",
                documents.COMPANY,
                text,
                expected_version=kept.version if kept else 0,
                saved_by=viewer.name,
                saved_at=workspace.now(),
                note=f"as of {day.isoformat()}",
            )
