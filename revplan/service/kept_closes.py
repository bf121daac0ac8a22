"""Closes in the store: their files, the closes of a book, and taking over those of a book folder."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from revplan.access import Viewer
from revplan.data.close_files import Changed, NoClose, close_files, close_from
from revplan.issues import Issue, Where
from revplan.model.book import Book
from revplan.model.closes import Close
from revplan.store import closes as store
from revplan.store import documents
from revplan.store.closes import CloseStep
from revplan.store.files import FileStore


class BrokenClose(Exception):
    """What was closed cannot be read any more; `issues` say which and why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issues = (issue,)


def keep_files(files: FileStore, close: Close) -> dict[str, str]:
    """Put the files of a close into the store; their keys by name."""
    return {name: files.put(content) for name, content in close_files(close).items()}


def close_of_step(files: FileStore, step: CloseStep) -> Close:
    """The close that a step kept. Raises BrokenClose when it is not there, or is not what it was."""
    where = Where(file=f"{step.plan_set}, {step.end.isoformat()}")
    try:
        return close_from({name: files.get(key) for name, key in step.files.items()})
    except Changed as changed:
        raise BrokenClose(Issue("book.close_changed", "error", where)) from changed
    except (NoClose, KeyError, ValueError) as error:
        raise BrokenClose(Issue("book.close_unreadable", "error", where)) from error


def locked(steps: Iterable[CloseStep]) -> tuple[CloseStep, ...]:
    """The steps that closed something, by plan set and date."""
    return tuple(step for step in steps if step.step == "locked")


def closed_otherwise(connection: sa.Connection, files: FileStore, book: Book) -> tuple[Issue, ...]:
    """An error for each plan set that this workspace closed and the book closed otherwise.

    Of two equal histories one may go on where the other ends.
    """
    found = []
    for plan_set in dict.fromkeys(close.plan_set for close in book.closes):
        theirs = [close for close in book.closes if close.plan_set == plan_set]
        ours = [close_of_step(files, step) for step in locked(store.list_steps(connection, plan_set))]
        if any(one != other for one, other in zip(ours, theirs, strict=False)):
            where = Where(file=f"closes/{plan_set}")
            found.append(Issue("close.closed_otherwise", "error", where, {"plan_set": plan_set}))
    return tuple(found)


def take_over(connection: sa.Connection, files: FileStore, book: Book, viewer: Viewer, at: datetime) -> None:
    """Keep the closes of a book after those that are here, which `closed_otherwise` has found equal.

    What is submitted here and not locked falls behind what the book has closed since.
    """
    for plan_set in dict.fromkeys(close.plan_set for close in book.closes):
        steps = store.list_steps(connection, plan_set)
        theirs = sorted((each for each in book.closes if each.plan_set == plan_set), key=lambda c: c.end)
        for number, close in enumerate(theirs[len(locked(steps)) :], 1):
            store.add_step(
                connection,
                CloseStep(
                    plan_set,
                    len(steps) + number,
                    "locked",
                    close.end,
                    viewer.name,
                    at,
                    note="book folder",
                    files=keep_files(files, close),
                ),
            )
            for plan in close.plans:
                documents.mark_used(connection, "plan", plan.id, plan.version)
