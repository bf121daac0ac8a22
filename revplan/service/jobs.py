"""Long work in the background: it says how far it is, can be stopped, and keeps what it has done.

    jobs = Jobs()                                  # one for each session
    jobs.start(viewer, "trials", question, work, ("cro", "finance"))
    job = jobs.find(viewer, "trials", question)    # as often as a page is drawn
    job.seen()

`work` is given a `Tell`: it says how many of how many are done, and ends with what it has once that answers
False. What it returns then is kept as much as a whole result is.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any, Literal

from revplan.access import Role, Viewer, require

AT_ONCE = 2
"""Jobs that work at one time, of all sessions together; the others wait."""

State = Literal["waiting", "running", "done", "stopped", "failed"]
"""waiting: for other jobs; stopped: asked to end before it was done; failed: `Seen.error` says why."""

Tell = Callable[[int, int], bool]
"""Hears how many are done, and of how many; False asks the work to end with what it has."""

Work = Callable[[Tell], Any]

_at_once = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Seen:
    """A job at one moment. `of` is 0 before the work has said how much there is. `result` is what it
    returned, None before that, or where it was stopped before it began; `stopping`: it has been asked to."""

    state: State
    done: int
    of: int
    stopping: bool = False
    result: Any = None
    error: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")


class Job:
    """Work in a thread of its own; `viewer` may read it as long as one of `roles` is theirs."""

    def __init__(self, viewer: Viewer, question: Hashable, work: Work, roles: tuple[Role, ...]) -> None:
        self.viewer, self.question, self.roles = viewer, question, roles
        self._work = work
        self._stop, self._over, self._lock = Event(), Event(), Lock()
        self._seen = Seen("waiting", 0, 0)
        # A daemon: whoever ends the program does not wait for it.
        Thread(target=self._run, name="revplan-job", daemon=True).start()

    def seen(self) -> Seen:
        """How far it is. Raises AccessDenied when the viewer's role may not know."""
        require(self.viewer, *self.roles)
        with self._lock:
            seen = self._seen
        return seen if seen.is_over else Seen(seen.state, seen.done, seen.of, self._stop.is_set())

    def stop(self) -> None:
        """Ask it to end with what it has; it does so at its next step."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it is over."""
        return self._over.wait(seconds)

    def _run(self) -> None:
        try:
            while not _at_once.acquire(timeout=0.1):
                if self._stop.is_set():
                    self._become(Seen("stopped", 0, 0))
                    return
            try:
                self._become(Seen("running", 0, 0))
                result = self._work(self._told)
            finally:
                _at_once.release()
            done, of = self._seen.done, self._seen.of
            cut = self._stop.is_set() and done < of
            self._become(Seen("stopped" if cut else "done", done, of, result=result))
        except Exception as error:  # whatever it is, whoever reads the job is told
            self._become(Seen("failed", self._seen.done, self._seen.of, error=error))
        finally:
            self._over.set()

    def _told(self, done: int, of: int) -> bool:
        self._become(Seen("running", done, of))
        return not self._stop.is_set()

    def _become(self, seen: Seen) -> None:
        with self._lock:
            self._seen = seen


class Jobs:
    """One session's jobs: of each kind the newest, so that what is kept stays small."""

    def __init__(self) -> None:
        self._newest: dict[str, Job] = {}

    def start(
        self, viewer: Viewer, kind: str, question: Hashable, work: Work, roles: tuple[Role, ...]
    ) -> Job:
        """Start work on a question; an earlier job of its kind is stopped, and no more kept.

        Raises AccessDenied without one of the roles.
        """
        require(viewer, *roles)
        if before := self._newest.get(kind):
            before.stop()
        self._newest[kind] = Job(viewer, question, work, roles)
        return self._newest[kind]

    def find(self, viewer: Viewer, kind: str, question: Hashable) -> Job | None:
        """The newest job of a kind, when it is this viewer's and about this question.

        Raises AccessDenied when the viewer's role may not know of it.
        """
        job = self._newest.get(kind)
        if job is None or (job.viewer, job.question) != (viewer, question):
            return None
        require(viewer, *job.roles)
        return job

    def stop_all(self) -> None:
        """Stop every job: its session has ended. What was done by then is still there to be read."""
        for job in self._newest.values():
            job.stop()
