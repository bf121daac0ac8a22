"""How far long work is, on standard error, and Ctrl+C to end it with what it has."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer


@contextmanager
def watched(text: Callable[[int, int], str]) -> Iterator[Callable[[int, int], bool]]:
    """Gives the function that work tells of how much is done; it says False once somebody pressed Ctrl+C.

    `text(done, of)` is one line, written over in a terminal and every tenth elsewhere. A second Ctrl+C ends
    the program as usual.
    """
    stopped = False
    shown = -1

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(signal.SIGINT, before)

    def told(done: int, of: int) -> bool:
        nonlocal shown
        tenth = done * 10 // of if of else 10
        if sys.stderr.isatty():
            typer.echo(f"\r{text(done, of)}", err=True, nl=False)
        elif tenth != shown:
            typer.echo(text(done, of), err=True)
        shown = tenth
        return not stopped

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)
        if shown >= 0 and sys.stderr.isatty():
            typer.echo("", err=True)
