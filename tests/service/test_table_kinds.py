"""Switching the kind of a rate table keeps its thresholds and, where it can, what is paid at them."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from revplan.model.plan import Table
from revplan.rules.check.tables import table_curve
from revplan.service.table_kinds import KINDS, Kind, as_kind

MARGINAL = {
    "kind": "marginal",
    "tiers": [{"from": "0", "rate": "1"}, {"from": "1", "rate": "1.5"}, {"from": "1.25", "rate": "2"}],
}


def pays(table: dict[str, Any], x: str) -> Fraction:
    curve = table_curve(TypeAdapter(Table).validate_python(table))
    assert curve is not None
    return curve.value(Fraction(x))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "overage"])
def test_another_kind_pays_the_same_at_every_threshold(kind: Kind) -> None:
    switched = as_kind(MARGINAL, kind)
    assert switched["kind"] == kind
    assert [pays(switched, x) for x in ("1", "1.25")] == [pays(MARGINAL, x) for x in ("1", "1.25")]


@pytest.mark.parametrize("kind", ["linear", "marginal"])
def test_there_and_back_pays_the_same_everywhere(kind: Kind) -> None:
    back = as_kind(as_kind(MARGINAL, kind), "marginal")
    for x in ("0", "0.5", "1", "1.1", "1.2", "2"):
        assert pays(back, x) == pays(MARGINAL, x)


def test_an_overage_table_starts_its_further_tiers_at_target() -> None:
    early = {
        "kind": "marginal",
        "tiers": [{"from": "0", "rate": "1"}, {"from": "0.5", "rate": "2"}, {"from": "1", "rate": "3"}],
    }
    assert as_kind(early, "overage")["tiers"] == [{"from": "0", "rate": "1"}, {"from": "1", "rate": "3"}]


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_tier_gives_a_table_that_can_be_read(kind: Kind) -> None:
    switched = as_kind({"kind": "marginal", "tiers": [{"from": "0", "rate": "0.08"}]}, kind)
    assert pays(switched, "1") == Fraction(8, 100)


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_cannot_be_read_gives_a_plain_one(kind: Kind) -> None:
    broken = {"kind": "steps" if kind != "steps" else "linear", "steps": [{"at": None, "pays": "1"}]}
    assert pays(as_kind(broken, kind), "1") == 1


def test_edges_and_ends_stay() -> None:
    assert as_kind(MARGINAL | {"edge": "lower", "before_first": "flat"}, "whole")["edge"] == "lower"


def test_the_same_kind_is_left_as_it_is() -> None:
    assert as_kind(MARGINAL, "marginal") is MARGINAL
