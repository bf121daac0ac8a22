"""A question to a search as data: what should hold, which levers may move how far, and over which periods."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from revplan.model.record import Number, Record, Slug

Aimed = Literal[
    "cost_share", "cost", "near_quota", "at_quota", "worst_loss", "missing_share", "together", "congruence"
]
"""What an aim is about: cost ÷ result; cost (in a question's text in money, else in minor units); people at
80-120% of quota, and at or above it, ÷ people; one person's greatest loss against the baseline ÷ what that
was; cost while the company missed its target ÷ cost; finished periods in which the teams stood on one side
of target ÷ all; the cosine between what the plans pay for and what it is worth (see docs/alignment.md)."""

How = Literal["at_least", "at_most", "exactly"]

LeverKind = Literal[
    "rates", "thresholds", "target", "quota", "incentive", "caps", "weights", "attribution"
]  # fmt: skip
"""What a search may move: what plans and targets say, never what people do."""

KINDS: tuple[LeverKind, ...] = get_args(LeverKind)


class AimSaid(Record):
    """`of` is to be at least or at most `value`, or exactly it; cost in major units of the currency."""

    of: Aimed
    how: How
    value: Annotated[Number, Field(ge=0)]


class LeverSaid(Record):
    """A lever and its bounds, both included.

    | kind | of | from `low` to `high` is |
    |---|---|---|
    | rates, thresholds | all plans, one, or one component | a factor |
    | target | the shared target, or another | a factor |
    | quota, incentive | everybody, or a team | a factor |
    | caps | what pays target incentive: all, one plan, one component | the most paid ÷ target incentive |
    | weights | one component of a plan; the others share the rest as they do now | its weight |
    | attribution | what marketing is credited by: all plans, one, or one component | one of `rules` |

    Bounds left out are those of `simulate.solve_levers.BOUNDS`.
    """

    kind: LeverKind
    plan: Slug | None = None
    component: Slug | None = None
    target: Slug | None = None
    team: str | None = None
    low: Annotated[Number, Field(ge=0)] | None = None
    high: Annotated[Number, Field(ge=0)] | None = None
    step: Annotated[Number, Field(gt=0)] | None = None
    rules: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The lever by name: two of one key move the same thing."""
        where = "/".join(each for each in (self.plan, self.component) if each) or self.target or self.team
        return f"{self.kind}:{where}" if where else self.kind


class Question(Record):
    """A search of a plan set over the company's periods from label `from` to label `to`, both included.

    Left out, they are the last four that are over. `tries` bounds how many plans are paid.
    """

    format: Literal[1] = 1
    plan_set: Slug | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    tries: Annotated[int, Field(ge=1, le=10_000)] = 160
    aims: tuple[AimSaid, ...] = Field(default=(), alias="aim")
    levers: tuple[LeverSaid, ...] = Field(default=(), alias="lever")
