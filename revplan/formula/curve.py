"""The canonical payout curve: lines with whole-number terms, joined at edges, jumps allowed."""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Literal


@dataclass(frozen=True)
class Line:
    """The value (b + s·x) / d, with whole b, s and a whole d > 0 of its own."""

    b: int
    s: int
    d: int

    @classmethod
    def of(cls, intercept: Fraction, slope: Fraction) -> "Line":
        """The line intercept + slope·x, in lowest whole terms."""
        d = lcm(intercept.denominator, slope.denominator)
        return cls(int(intercept * d), int(slope * d), d).reduced()

    def reduced(self) -> "Line":
        """The same line without a common factor."""
        factor = gcd(self.b, self.s, self.d)
        return Line(self.b // factor, self.s // factor, self.d // factor)

    def at(self, x: Fraction) -> Fraction:
        """The exact value at x."""
        return (self.b + self.s * x) / self.d


ZERO = Line(0, 0, 1)


@dataclass(frozen=True)
class Segment:
    """A line in force from `start` (in 1/scale of the curve's x) to the next segment's start."""

    start: int
    line: Line


@dataclass(frozen=True)
class Jump:
    """At `at` the curve jumps from `before` to `after` (values of the curve, exact)."""

    at: Fraction
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Curve:
    """Segments in ascending order of start; `before` is in force before the first.

    With edge = "higher" x = start belongs to the segment that starts there, with "lower" to the one
    before. `negative`, when given, is in force for every x < 0, whatever the segments say.
    """

    scale: int
    before: Line
    segments: tuple[Segment, ...]
    edge: Literal["higher", "lower"] = "higher"
    negative: Line | None = None

    def line_at(self, x: Fraction) -> Line:
        """The line in force at x."""
        if x < 0 and self.negative is not None:
            return self.negative
        line = self.before
        for segment in self.segments:
            edge = Fraction(segment.start, self.scale)
            if x > edge or (x == edge and self.edge == "higher"):
                line = segment.line
        return line

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that can be in force."""
        own = (self.before, *(segment.line for segment in self.segments))
        return own if self.negative is None else (*own, self.negative)

    def value(self, x: Fraction) -> Fraction:
        """The exact value at x."""
        return self.line_at(x).at(x)

    def jumps(self) -> tuple[Jump, ...]:
        """Every edge at which the value is not continuous, in order."""
        found = []
        line = self.before
        for segment in self.segments:
            at = Fraction(segment.start, self.scale)
            before, after = line.at(at), segment.line.at(at)
            if before != after:
                found.append(Jump(at, before, after))
            line = segment.line
        return tuple(found)
