"""What one code says: what is wrong, why it matters, what to do."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """Three sentences marked with N_; placeholders in braces are names of the issue's parameters."""

    what: str
    why: str = ""
    fix: str = ""
