"""Long work in the background: told, stopped, kept, and nobody else's."""

from threading import Event

import pytest

from revplan.access import AccessDenied, Role, Viewer
from revplan.service import jobs as service
from revplan.service.jobs import Job, Jobs, Seen, Tell

CRO, FINANCE = Viewer("cro"), Viewer("finance")
PLANNERS: tuple[Role, ...] = ("cro", "finance")


def start(jobs: Jobs, work, question: str = "q", kind: str = "trials", viewer: Viewer = CRO) -> Job:
    return jobs.start(viewer, kind, question, work, PLANNERS)


class Counting:
    """Work in steps that a test lets through."""

    def __init__(self, of: int = 3) -> None:
        self.of, self.at, self.go_on = of, Event(), Event()

    def __call__(self, tell: Tell) -> int:
        for done in range(1, self.of + 1):
            if not tell(done, self.of):
                return done
            self.at.set()
            assert self.go_on.wait(5)
        return self.of


def test_it_says_how_far_it_is_and_keeps_its_result():
    work = Counting()
    job = start(Jobs(), work)
    assert work.at.wait(5)
    assert (job.seen().state, job.seen().of, job.seen().result) == ("running", 3, None)
    work.go_on.set()
    assert job.wait(5)
    assert job.seen() == Seen("done", 3, 3, result=3)


def test_what_was_done_before_it_was_stopped_is_kept():
    work = Counting(of=1000)
    job = start(Jobs(), work)
    assert work.at.wait(5)
    job.stop()
    assert job.seen().stopping
    work.go_on.set()
    assert job.wait(5)
    assert (job.seen().state, job.seen().result) == ("stopped", 2)


def test_what_was_done_when_the_stop_came_too_late_is_done():
    work = Counting(of=1)
    job = start(Jobs(), work)
    assert work.at.wait(5)
    job.stop()
    work.go_on.set()
    assert job.wait(5)
    assert job.seen().state == "done"


def test_an_error_is_told_to_whoever_reads_it():
    def wrong(tell: Tell) -> None:
        raise ValueError("no such plan")

    job = start(Jobs(), wrong)
    assert job.wait(5)
    assert (job.seen().state, str(job.seen().error)) == ("failed", "no such plan")


def test_a_question_is_answered_to_its_own_viewer_only():
    jobs = Jobs()
    job = start(jobs, lambda tell: 1)
    assert jobs.find(CRO, "trials", "q") is job
    assert jobs.find(FINANCE, "trials", "q") is None
    assert jobs.find(CRO, "trials", "another") is None
    assert jobs.find(CRO, "search", "q") is None


@pytest.mark.parametrize("role", ["lead", "payee", "none"])
def test_without_the_role_nothing_begins(role):
    with pytest.raises(AccessDenied):
        start(Jobs(), lambda tell: 1, viewer=Viewer(role))


def test_a_new_question_stops_the_one_before():
    jobs, work = Jobs(), Counting(of=1000)
    before = start(jobs, work)
    assert work.at.wait(5)
    start(jobs, lambda tell: 1, "another")
    work.go_on.set()
    assert before.wait(5)
    assert before.seen().state == "stopped"
    assert jobs.find(CRO, "trials", "q") is None


def test_when_the_session_ends_its_work_ends():
    jobs, works = Jobs(), [Counting(of=1000), Counting(of=1000)]
    both = [start(jobs, work, kind=kind) for kind, work in zip(("trials", "search"), works, strict=True)]
    for work in works:
        assert work.at.wait(5)
    jobs.stop_all()
    for work, job in zip(works, both, strict=True):
        work.go_on.set()
        assert job.wait(5)
        assert job.seen().state == "stopped"


def test_work_beyond_what_may_go_on_at_once_waits_and_can_be_stopped():
    works = [Counting(of=1000) for _ in range(service.AT_ONCE)]
    going = [start(Jobs(), work) for work in works]
    for work in works:
        assert work.at.wait(5)
    waiting = start(Jobs(), lambda tell: 1)
    assert not waiting.wait(0.05)
    assert waiting.seen().state == "waiting"
    waiting.stop()
    assert waiting.wait(5)
    assert waiting.seen() == Seen("stopped", 0, 0)
    for work, job in zip(works, going, strict=True):
        job.stop()
        work.go_on.set()
        assert job.wait(5)
