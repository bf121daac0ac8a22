"""What changed since an earlier state of the data: which lines moved, and why."""

from revplan.access import Viewer
from revplan.rules.explain.diff import Moved, moved_lines
from revplan.service import workspace
from revplan.service.once import Once
from revplan.store import batches

_found: Once[tuple[Moved, ...]] = Once(8)


def since_data(viewer: Viewer, plan_set: str, position: int) -> tuple[Moved, ...]:
    """The viewer's lines that pay something else now than with the data at `position` of its history, by the
    plans and targets as they stand now.

    Raises KeyError for a plan set or a position that is not there.
    """
    from revplan.rules.run import run  # loads the engine: only when something is to be calculated

    here = workspace.current()
    (book, key), scope = here.book_and_key(), here.scope(viewer)
    with here.records.read() as connection:
        known = {snapshot.position: snapshot for snapshot in batches.data_history(connection)}
    if plan_set not in book.plan_sets():
        raise KeyError(plan_set)
    earlier = here.book_with_data(known[position])

    def make() -> tuple[Moved, ...]:
        return moved_lines(earlier, run(earlier, plan_set), book, here.run(plan_set))

    here.log_access(viewer, f"what changed in {plan_set} since data {position}")
    moved = _found.get((key, plan_set, position), make)
    return tuple(one for one in moved if scope.sees(one.team_id, one.payee_id))
