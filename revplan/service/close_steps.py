"""The ledger of closes read in order: which months were closed together, how far each got, who may go on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from revplan.access import Viewer
from revplan.periods import FiscalCalendar, Grain, add_months
from revplan.store.closes import CloseStep, Did

State = Literal["open", "submitted", "approved", "locked", "paid"]
Action = Literal["submit", "review", "send_back", "approve", "lock", "pay"]

_GRAINS: tuple[Grain, ...] = ("month", "quarter", "half", "year")


@dataclass(frozen=True)
class Stretch:
    """Months that are closed together: from `start` (inclusive) to `end` (exclusive), first days of months.

    `steps` are those taken towards closing it, the oldest first; none while it is open.
    """

    start: date
    end: date
    steps: tuple[CloseStep, ...] = ()

    @property
    def state(self) -> State:
        """How far it got."""
        done = {step.step for step in self.steps}
        order: tuple[State, ...] = ("paid", "locked", "approved", "submitted")
        return next((state for state in order if state in done), "open")

    @property
    def through(self) -> str:
        """Its last month, 2026-07, by which it is named in an address."""
        last = add_months(self.end, -1)
        return f"{last.year}-{last.month:02d}"

    def did(self, step: Did) -> CloseStep | None:
        """The last step of that kind, if there is one."""
        return next((each for each in reversed(self.steps) if each.step == step), None)

    def labels(self, calendar: FiscalCalendar) -> tuple[str, ...]:
        """The period that it is (2026-07, 2026-Q3 …), or else the first and the last of its months."""
        for grain in _GRAINS:
            period = calendar.period_of(self.start, grain)
            if (period.start, period.end) == (self.start, self.end):
                return (period.label,)
        return (calendar.period_of(self.start, "month").label, self.through)


@dataclass(frozen=True)
class Ledger:
    """The steps of one plan set, folded. `closed` are locked or paid, the oldest first; `going` is on its way
    there; `sent_back` says why the last one is not, until it is submitted again."""

    position: int = 0
    closed: tuple[tuple[CloseStep, ...], ...] = ()
    going: tuple[CloseStep, ...] = ()
    sent_back: CloseStep | None = None


def fold(steps: Iterable[CloseStep]) -> Ledger:
    """The ledger after all steps of a plan set, which come in their order.

    A lock ends what is on its way, also one that came with a book folder.
    """
    closed: list[list[CloseStep]] = []
    going: list[CloseStep] = []
    back: CloseStep | None = None
    position = 0
    for step in steps:
        position = step.position
        match step.step:
            case "paid":
                next(each for each in closed if each[-1].end == step.end).append(step)
            case "locked":
                closed.append([*(each for each in going if each.end == step.end), step])
                going, back = [], None
            case "sent_back":
                going, back = [], step
            case "submitted":
                going, back = [step], None
            case _:
                going.append(step)
    return Ledger(position, tuple(map(tuple, closed)), tuple(going), back)


def may(viewer: Viewer, stretch: Stretch) -> frozenset[Action]:
    """What the viewer may do next about a stretch, as far as its state and the role go.

    Planners (CRO, finance) submit, send back, approve, lock and mark paid; whoever submitted does not
    approve. A lead reviews what was submitted, for the own team.
    """
    state = stretch.state
    if viewer.role == "lead":
        return frozenset({"review"}) if state == "submitted" and viewer.team_id else frozenset()
    if viewer.role not in ("cro", "finance"):
        return frozenset()
    if state == "submitted":
        submitted = stretch.did("submitted")
        own = submitted is not None and submitted.done_by == viewer.name
        return frozenset({"send_back"}) if own else frozenset({"send_back", "approve"})
    after: dict[State, frozenset[Action]] = {
        "open": frozenset({"submit"}),
        "approved": frozenset({"send_back", "lock"}),
        "locked": frozenset({"pay"}),
        "paid": frozenset(),
    }
    return after[state]
