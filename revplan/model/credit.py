"""Who is credited with a transaction: the rules, and the touches that an attribution rule singles out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from revplan.model.record import Number, Record

Rule = Literal[
    "owner",
    "splits",
    "csm",
    "first_touch",
    "last_touch",
    "linear",
    "position",
    "w_shape",
    "full_path",
    "time_decay",
]
Milestone = Literal["first", "lead", "opportunity", "last"]
"""A touch that an attribution rule singles out: the first, the last up to the day on which the lead
or the opportunity was created, and the last of all."""

MILESTONES: Mapping[str, tuple[Milestone, ...]] = {
    "position": ("first", "last"),
    "w_shape": ("first", "lead", "opportunity"),
    "full_path": ("first", "lead", "opportunity", "last"),
}
"""The anchors of each rule that has them, in the order of `Credit.anchors`."""

ATTRIBUTED = frozenset({"first_touch", "last_touch", "linear", "time_decay", *MILESTONES})
"""Rules that share a transaction among the touches before it."""

_USUAL = {
    "position": (Decimal("0.4"),) * 2,
    "w_shape": (Decimal("0.3"),) * 3,
    "full_path": (Decimal("0.225"),) * 4,
}


class Credit(Record):
    """Who is credited with a transaction.

    `owner`: its owner. `splits` (default): its explicit splits, else its owner. `csm`: the account's
    customer-success manager. The rest are marketing's, by the touches up to `look_back_days` before the
    counted date: `first_touch`, `last_touch`, `linear`, and `time_decay`, in which a touch weighs half of
    one that is `half_life_days` later; `position`, `w_shape` and `full_path` give `anchors` (the rule's
    usual ones when left out) to the touches of `MILESTONES`, and the rest to the others. `roll_up` adds
    what everybody below a manager was credited with, along the dated hierarchy.
    """

    rule: Rule = "splits"
    look_back_days: int = Field(default=180, ge=0)
    anchors: tuple[Number, ...] = ()
    half_life_days: int = Field(default=7, ge=1, le=3650)
    roll_up: bool = False

    @model_validator(mode="after")
    def _one_share_each(self) -> Self:
        if self.anchors and self.rule in MILESTONES and len(self.anchors) != len(MILESTONES[self.rule]):
            raise PydanticCustomError("anchors_number", "one share for each anchor of the rule")
        return self

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """The anchors' shares, written or usual, as `MILESTONES` has them; () for a rule without."""
        return (self.anchors or _USUAL[self.rule]) if self.rule in MILESTONES else ()

    def as_used(self) -> "Credit":
        """Without the fields that the rule does not read, and with what it takes as usual said: two
        rules that credit alike are equal."""
        given: dict[str, object] = {"rule": self.rule, "roll_up": self.roll_up, "anchors": self.shares}
        if self.rule in ATTRIBUTED:
            given["look_back_days"] = self.look_back_days
        if self.rule == "time_decay":
            given["half_life_days"] = self.half_life_days
        return Credit.model_validate(given)
