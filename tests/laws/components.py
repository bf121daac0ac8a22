"""Components, drawn: every way to pay, input, scope and accumulation, with gates, limits and multipliers."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.laws.chance import Chance, maybe
from tests.laws.tables import draw_table

MEASURES = ("won_revenue", "won_revenue", "won_deals", "nrr", "score:quality")
RULES = (
    *("splits", "owner", "csm", "first_touch", "last_touch", "linear", "position"),
    *("w_shape", "full_path", "time_decay"),
)
ANCHORS = {
    "position": ((), ("0.3", "0.5"), ("0", "1")),
    "w_shape": ((), ("0.2", "0", "0.5"), ("0", "0.5", "0.5")),
    "full_path": ((), ("0.1", "0.2", "0.3", "0.4")),
}
GRAINS = ("month", "quarter", "half", "year")
WEIGHTS = {1: ("1",), 2: ("0.6", "0.4"), 3: ("0.333333", "0.333333", "0.333334"), 4: ("0.25",) * 4}


def draw_components(chance: Chance) -> list[dict[str, Any]]:
    """1-4 components whose incentive weights add up to 100%."""
    drawn = [_component(chance, f"c{number}") for number in range(chance.whole(1, 4))]
    paid = [component for component in drawn if component["pays"]["way"] == "incentive"]
    for component, weight in zip(paid, WEIGHTS.get(len(paid), ()), strict=True):
        component["pays"]["weight"] = Decimal(weight)
    return drawn


def _component(chance: Chance, name: str) -> dict[str, Any]:
    counted = _counted(chance, chance.pick(MEASURES))
    adds_up = counted["measure"].startswith("won")
    way = chance.pick(("rate", "incentive", "fixed") if adds_up else ("incentive", "fixed"))
    given = "value"
    if adds_up:
        given = chance.pick(("attainment", "attainment", "growth")) if "target" in counted else "amount"
    table = draw_table(chance, way, by_attainment=given in ("attainment", "value"))
    measured = chance.pick(GRAINS)
    content = counted | {
        "id": name,
        "name": name,
        "input": given,
        "pays": {"way": way},
        "table": table.model_dump(by_alias=True),
        "measured_per": measured,
        "eligibility": chance.pick(("at_transaction", "at_period_end")),
    }
    if measured != "month" and maybe(chance):
        content |= {"accumulation": "cumulative", "paid_per": chance.pick(GRAINS[: GRAINS.index(measured)])}
        content |= {"divides_by": chance.pick(("full_period", "to_date")), "recovers": maybe(chance)}
    elif given == "amount" and maybe(chance):
        content["table_per"] = "transaction"
    if maybe(chance, 4):
        reach = {"at_least": chance.pick(("0", "0.1", "1")), "edge": chance.pick(("higher", "lower"))}
        content["gate"] = [{"all_of": [_counted(chance, "won_revenue") | reach]}]
    if maybe(chance, 4):
        content["when"] = [_other_table(chance, name, way, given) for _ in range(chance.whole(1, 2))]
    if maybe(chance, 4):
        measure = chance.pick(("won_revenue", "nrr"))
        rates = draw_table(chance, "incentive", by_attainment=True).model_dump(by_alias=True)
        content["multiplier"] = _counted(chance, measure) | {"table": rates}
    if maybe(chance, 4):
        content["floor"] = {"amount": chance.pick(("0", "0.01", "500"))}
    if maybe(chance, 3):
        content["cap"] = {"amount": chance.pick(("500", "99999.99"))}
    if adds_up and maybe(chance, 3):
        minimum, cap = chance.pick((None, "0.5", "100")), chance.pick((None, "1000", "1000000"))
        content["deals"] = {"minimum_credit": minimum, "credit_cap": cap}
    if adds_up and maybe(chance, 3):
        content.setdefault("deals", {})["only"] = draw_which(chance)
    if adds_up and maybe(chance, 4):
        content.setdefault("deals", {})["at_most"] = chance.pick((1, 2, 5))
    whose = content.get("multiplier", {"scope": "shared"})["scope"]
    one_for_all = content["scope"] != "own" and whose == "shared" and "when" not in content
    together = one_for_all and "table_per" not in content
    if together and way != "incentive" and maybe(chance, 3):
        content["pays"] = _pool(chance)
    return content


def _other_table(chance: Chance, name: str, way: str, given: str) -> dict[str, Any]:
    """A table that is read when another measure, or the plan's first component, is far enough."""
    reach = {"at_least": chance.pick(("0", "0.1", "1")), "edge": chance.pick(("higher", "lower"))}
    linked = name != "c0" and maybe(chance)
    counted = {"component": "c0"} if linked else _counted(chance, chance.pick(("won_revenue", "nrr")))
    table = draw_table(chance, way, by_attainment=given in ("attainment", "value"))
    return {"all_of": [counted | reach], "table": table.model_dump(by_alias=True)}


def _pool(chance: Chance) -> dict[str, Any]:
    """A pool of any kind; one by a measure is by what each is credited with, or by a score."""
    pays = {"way": "pool", "by": chance.pick(("equal", "target_incentive", "measure"))}
    if pays["by"] == "measure":
        own = {"measure": "won_revenue", "credit": {"rule": "owner"}}
        pays["claim"] = chance.pick((own, {"measure": "score:quality"}))
    lapses = maybe(chance)
    pays["untaken"] = "lapse" if lapses else "redistribute"
    if lapses and maybe(chance):
        pays["in_all"] = chance.pick(("1", "3", "100000.5"))
    return pays


def draw_which(chance: Chance) -> dict[str, Any]:
    """One or two conditions on a deal."""
    options: tuple[tuple[str, Any], ...] = (
        ("products", ["X"]),
        ("products", ["X", "Y"]),
        ("segments", ["S"]),
        ("kinds", ["new"]),
        ("min_term_months", 24),
        ("max_discount", "5%"),
        ("min_amount", "100"),
        ("from", date(2025, 4, 1)),
        ("to", date(2025, 7, 1)),
    )
    return dict(chance.pick(options) for _ in range(chance.whole(1, 2)))


def _counted(chance: Chance, measure: str) -> dict[str, Any]:
    content: dict[str, Any] = {"measure": measure, "scope": chance.pick(("own", "own", "team", "shared"))}
    if not measure.startswith("won"):
        return content
    if maybe(chance, 4) is False:
        content["target"] = measure
    if content["scope"] != "shared":
        rule = chance.pick(RULES)
        content["credit"] = {"rule": rule, "look_back_days": chance.pick((180, 0, 30))}
        if rule in ANCHORS:
            content["credit"]["anchors"] = chance.pick(ANCHORS[rule])
        if rule == "time_decay":
            content["credit"]["half_life_days"] = chance.pick((7, 1, 30))
    if content["scope"] == "own":
        content["credit"]["roll_up"] = maybe(chance, 5)
    return content
