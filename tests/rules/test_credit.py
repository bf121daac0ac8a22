"""Credit: who is credited with which part of a transaction, by every rule, exact to the cent."""

from collections import defaultdict
from typing import Any

import pytest

from revplan.engine.duck import Session
from revplan.metrics.attribution import decay_weights
from revplan.metrics.facts import bind_tables
from revplan.metrics.measures import measure_of
from revplan.model.credit import Credit
from revplan.model.plan import Counted
from revplan.rules.feeds import Feeds, Scope
from revplan.rules.people import hierarchy, people_tables, stints
from tests.laws.naive_credits import decayed
from tests.rules.written_book import book_of

DEAL = """
    opportunity_id, account_id, owner_id, closed_on,  amount
    d1,             a1,         ann,      2025-06-30, 100
"""


def credits_of(rule: str, *, measure: str = "won_revenue", team: bool = False, **book: Any) -> Any:
    """{transaction: {payee (or team): minor units}} of a rule, or of a Credit's fields."""
    written = book_of(**({"opportunities": DEAL} | {k: v for k, v in book.items() if k not in FIELDS}))
    credit = Credit.model_validate({"rule": rule} | {k: v for k, v in book.items() if k in FIELDS})
    roster = stints(written)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with Session() as session:
        bind_tables(session, written)
        for name, table in people_tables(roster, hierarchy(roster)[0]).items():
            session.bind(name, table)
        feeds = Feeds(session, written.company)
        counted = Counted(measure=measure, credit=credit)
        if team:
            rows = feeds.deals(counted, Scope("team"), "plan")
        else:
            credited = feeds.credited(measure_of(written.company, measure), credit, "plan")
            rows = f"SELECT payee_id AS who, transaction_id, credit FROM {credited}"
        for row in session.run(
            f"SELECT who, transaction_id, CAST(credit AS BIGINT) AS c FROM ({rows}) AS r"
        ).to_pylist():
            assert row["who"] not in found[row["transaction_id"]], "one row for each transaction and payee"
            found[row["transaction_id"]][row["who"]] = row["c"]
    return found


FIELDS = {"look_back_days", "anchors", "half_life_days", "roll_up"}


# ---------------------------------------------------------------- owner, splits, account's manager


def test_the_owner_is_credited_with_the_whole_and_nobody_where_there_is_none() -> None:
    deals = """
        opportunity_id, owner_id, closed_on,  amount
        d1,             ann,      2025-06-30, 100
        d2,             ,         2025-06-30, 50
    """
    assert credits_of("owner", opportunities=deals) == {"d1": {"ann": 10_000}, "d2": {"": 5_000}}


def test_splits_replace_the_owner_and_a_deal_without_them_is_the_owners() -> None:
    deals = DEAL + "    d2, a1, ann, 2025-06-30, 50\n"
    splits = """
        opportunity_id, payee_id, share
        d1,             bob,      60%
        d1,             cem,      40%
    """
    assert credits_of("splits", opportunities=deals, opportunity_splits=splits) == {
        "d1": {"bob": 6_000, "cem": 4_000},
        "d2": {"ann": 5_000},
    }


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        # 0.66668 and twice 0.66666 cents: one each to the largest remainders, the tie to the lower id.
        ("0.02", {"ann": 1, "bob": 0, "cem": 1}),
        ("-0.02", {"ann": -1, "bob": 0, "cem": -1}),
        ("100.01", {"ann": 3_334, "bob": 3_333, "cem": 3_334}),
    ],
)
def test_splits_in_thirds_add_up_to_the_cent(amount: str, parts: dict[str, int]) -> None:
    deal = f"""
        opportunity_id, closed_on,  amount
        d1,             2025-06-30, {amount}
    """
    splits = """
        opportunity_id, payee_id, share
        d1,             cem,      33.334%
        d1,             bob,      33.333%
        d1,             ann,      33.333%
    """
    assert credits_of("splits", opportunities=deal, opportunity_splits=splits) == {"d1": parts}


def test_what_splits_leave_out_of_100_percent_stays_unattributed() -> None:
    splits = """
        opportunity_id, payee_id, share
        d1,             bob,      70%
    """
    assert credits_of("splits", opportunity_splits=splits) == {"d1": {"bob": 7_000, "": 3_000}}


def test_splits_of_a_deal_divide_its_payments_too() -> None:
    found = credits_of(
        "splits",
        measure="cash_collected",
        payments="""
            payment_id, opportunity_id, paid_on,    amount
            p1,         d1,             2025-07-15, 30
        """,
        opportunity_splits="""
            opportunity_id, payee_id, share
            d1,             bob,      50%
            d1,             cem,      50%
        """,
    )
    assert found == {"p1": {"bob": 1_500, "cem": 1_500}}


def test_the_success_manager_of_the_account_is_credited_and_nobody_where_there_is_none() -> None:
    accounts = """
        account_id, csm_id
        a1,         sue
        a2,
    """
    deals = DEAL + "    d2, a2, ann, 2025-06-30, 50\n    d3, , ann, 2025-06-30, 20\n"
    assert credits_of("csm", opportunities=deals, accounts=accounts) == {
        "d1": {"sue": 10_000},
        "d2": {"": 5_000},
        "d3": {"": 2_000},
    }


# ---------------------------------------------------------------- attribution


def journey(*payees: str) -> str:
    """A touch of each payee, a day apart, all naming the deal."""
    rows = [f"t{i}, 2025-06-{i:02d}, {payee}, d1" for i, payee in enumerate(payees, start=1)]
    return "\n".join(["touch_id, touched_on, payee_id, opportunity_id", *rows])


@pytest.mark.parametrize(
    ("rule", "touches", "parts"),
    [
        ("first_touch", ("mia", "max", "may"), {"mia": 10_000}),
        ("last_touch", ("mia", "max", "may"), {"may": 10_000}),
        ("linear", ("mia", "max", "may"), {"mia": 3_334, "max": 3_333, "may": 3_333}),
        ("linear", ("mia", "max", "mia", "mia"), {"mia": 7_500, "max": 2_500}),
        ("position", ("mia",), {"mia": 10_000}),
        ("position", ("mia", "max"), {"mia": 5_000, "max": 5_000}),
        ("position", ("mia", "max", "may"), {"mia": 4_000, "max": 2_000, "may": 4_000}),
        ("position", ("mia", "max", "max", "max", "may"), {"mia": 4_000, "max": 2_000, "may": 4_000}),
        ("position", ("mia", "max", "mia"), {"mia": 8_000, "max": 2_000}),
    ],
)
def test_touches_share_a_deal_by_the_model(
    rule: str, touches: tuple[str, ...], parts: dict[str, int]
) -> None:
    assert credits_of(rule, touches=journey(*touches)) == {"d1": parts}


def test_position_gives_its_own_anchors_to_the_first_and_the_last() -> None:
    anchors = ("0.3", "0.5")
    found = credits_of("position", touches=journey("mia", "max", "may"), anchors=anchors)
    assert found == {"d1": {"mia": 3_000, "max": 2_000, "may": 5_000}}
    two = credits_of("position", touches=journey("mia", "may"), anchors=anchors)
    assert two == {"d1": {"mia": 5_000, "may": 5_000}}


def test_touches_of_one_day_are_ordered_by_their_id() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t2,       2025-06-01, max,      d1
        t1,       2025-06-01, mia,      d1
    """
    assert credits_of("first_touch", touches=touches) == {"d1": {"mia": 10_000}}
    assert credits_of("last_touch", touches=touches) == {"d1": {"max": 10_000}}


def test_a_touch_counts_on_both_ends_of_the_look_back() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t1,       2025-06-19, early,    d1
        t2,       2025-06-20, mia,      d1
        t3,       2025-06-30, max,      d1
        t4,       2025-07-01, late,     d1
    """
    assert credits_of("linear", touches=touches, look_back_days=10) == {"d1": {"mia": 5_000, "max": 5_000}}
    assert credits_of("linear", touches=touches, look_back_days=0) == {"d1": {"max": 10_000}}


TWO_DEALS = DEAL + "    d2, a1, ann, 2025-06-30, 50\n"


def test_a_touch_that_names_a_deal_belongs_to_that_deal_alone() -> None:
    touches = """
        touch_id, touched_on, payee_id, account_id, opportunity_id
        t1,       2025-06-01, mia,      a1,         d1
    """
    assert credits_of("linear", opportunities=TWO_DEALS, touches=touches) == {
        "d1": {"mia": 10_000},
        "d2": {"": 5_000},
    }


def test_a_touch_of_an_account_belongs_to_each_of_its_deals() -> None:
    touches = """
        touch_id, touched_on, payee_id, account_id
        t1,       2025-06-01, mia,      a1
        t2,       2025-06-01, max,      a2
    """
    assert credits_of("linear", opportunities=TWO_DEALS, touches=touches) == {
        "d1": {"mia": 10_000},
        "d2": {"mia": 5_000},
    }


def test_a_touch_finds_its_deal_through_its_lead_and_its_account_through_its_contact() -> None:
    found = credits_of(
        "linear",
        opportunities=TWO_DEALS,
        leads="""
            lead_id, created_on, opportunity_id
            l1,      2025-05-01, d1
        """,
        contacts="""
            contact_id, account_id
            c1,         a1
        """,
        touches="""
            touch_id, touched_on, payee_id, lead_id, contact_id
            t1,       2025-06-01, mia,      l1,
            t2,       2025-06-02, max,      ,        c1
        """,
    )
    assert found == {"d1": {"mia": 5_000, "max": 5_000}, "d2": {"max": 5_000}}


def test_a_deal_that_nobody_touched_stays_unattributed() -> None:
    assert credits_of("first_touch") == {"d1": {"": 10_000}}
    assert credits_of("position", touches=journey("", "mia")) == {"d1": {"": 5_000, "mia": 5_000}}


def test_a_refund_is_shared_as_its_sale_was() -> None:
    refund = """
        opportunity_id, closed_on,  amount
        d1,             2025-06-30, -100
    """
    found = credits_of("linear", opportunities=refund, touches=journey("mia", "max", "may"))
    assert found == {"d1": {"mia": -3_334, "max": -3_333, "may": -3_333}}


def test_influenced_revenue_is_what_marketing_touched_within_180_days() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t1,       2025-01-01, mia,      d1
        t2,       2024-12-31, mia,      d2
    """
    found = credits_of("owner", measure="influenced_revenue", opportunities=TWO_DEALS, touches=touches)
    assert found == {"d1": {"ann": 10_000}}


# ---------------------------------------------------------------- anchors on the way to a deal


def milestones(lead: str = "", opportunity: str = "") -> dict[str, Any]:
    """The deal, opened on a day of June (or no known day), and its lead of a day of June (or none)."""
    opened = f"2025-06-{opportunity}" if opportunity else ""
    deal = f"""
        opportunity_id, account_id, closed_on,  amount, created_on
        d1,             a1,         2025-06-30, 100,    {opened}
    """
    leads = f"""
        lead_id, created_on,     opportunity_id
        l1,      2025-06-{lead}, d1
    """
    return {"opportunities": deal} | ({"leads": leads} if lead else {})


SEVEN = journey("t1", "t2", "t3", "t4", "t5", "t6", "t7")


def test_w_shape_gives_30_percent_each_to_first_touch_lead_and_opportunity() -> None:
    found = credits_of("w_shape", touches=SEVEN, **milestones(lead="03", opportunity="06"))
    others = dict.fromkeys(("t2", "t4", "t5", "t7"), 250)
    assert found == {"d1": {"t1": 3_000, "t3": 3_000, "t6": 3_000} | others}


def test_full_path_gives_the_last_touch_its_share_too() -> None:
    found = credits_of("full_path", touches=SEVEN, **milestones(lead="03", opportunity="06"))
    anchored = dict.fromkeys(("t1", "t3", "t6", "t7"), 2_250)
    # The rest, 10.00 in thirds: the odd cent goes to the earliest.
    assert found == {"d1": anchored | {"t2": 334, "t4": 333, "t5": 333}}


def test_an_anchor_lies_on_the_last_touch_up_to_its_day() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t1,       2025-06-01, mia,      d1
        t2,       2025-06-05, early,    d1
        t3,       2025-06-05, late,     d1
        t4,       2025-06-09, max,      d1
        t5,       2025-06-20, may,      d1
    """
    found = credits_of("w_shape", touches=touches, **milestones(lead="05", opportunity="19"))
    assert found == {"d1": {"mia": 3_000, "late": 3_000, "max": 3_000, "early": 500, "may": 500}}


def test_anchors_that_fall_on_one_touch_are_added() -> None:
    found = credits_of("w_shape", touches=SEVEN, **milestones(lead="01", opportunity="06"))
    others = dict.fromkeys(("t2", "t3", "t4", "t5", "t7"), 200)
    assert found == {"d1": {"t1": 6_000, "t6": 3_000} | others}


@pytest.mark.parametrize(
    ("lead", "opportunity", "anchored"),
    [
        ("", "06", {"t1": 4_500, "t6": 4_500}),
        ("03", "", {"t1": 4_500, "t3": 4_500}),
        ("", "", {"t1": 9_000}),
    ],
)
def test_an_anchor_that_is_nowhere_leaves_its_share_to_the_others(
    lead: str, opportunity: str, anchored: dict[str, int]
) -> None:
    found = credits_of("w_shape", touches=SEVEN, **milestones(lead, opportunity))["d1"]
    assert {name: part for name, part in found.items() if part > 250} == anchored
    assert sum(found.values()) == 10_000


def test_an_anchor_older_than_the_first_touch_is_nowhere() -> None:
    touches = "\n".join(line for line in SEVEN.splitlines() if "2025-06-01" not in line)
    found = credits_of("w_shape", touches=touches, **milestones(lead="01", opportunity="06"))["d1"]
    assert found["t2"] == found["t6"] == 4_500


@pytest.mark.parametrize(
    ("touches", "lead", "opportunity", "parts"),
    [
        (("t1",), "01", "01", {"t1": 10_000}),
        (("t1", "t2"), "01", "02", {"t1": 6_667, "t2": 3_333}),
        (("t1", "t2"), "02", "02", {"t1": 3_333, "t2": 6_667}),
        (("t1", "t2"), "01", "01", {"t1": 10_000}),  # what came after the opportunity is no anchor
        (("t1", "t2"), "", "", {"t1": 10_000}),
        (("t1", "t2", "t3"), "02", "03", {"t1": 3_334, "t2": 3_333, "t3": 3_333}),
        (("t1", "t2", "t3"), "01", "03", {"t1": 6_000, "t2": 1_000, "t3": 3_000}),
    ],
)
def test_a_journey_with_fewer_touches_than_anchors_is_shared_equally_among_the_anchors(
    touches: tuple[str, ...], lead: str, opportunity: str, parts: dict[str, int]
) -> None:
    found = credits_of("w_shape", touches=journey(*touches), **milestones(lead, opportunity))
    assert found == {"d1": parts}


def test_a_journey_of_anchors_alone_is_shared_equally_whatever_their_shares() -> None:
    days = milestones(lead="02", opportunity="03")
    found = credits_of("w_shape", touches=journey("t1", "t2", "t3"), anchors=("0.2", "0.3", "0.4"), **days)
    assert found == {"d1": {"t1": 3_334, "t2": 3_333, "t3": 3_333}}


def test_an_anchor_without_a_share_gives_the_lost_ones_theirs_all_the_same() -> None:
    found = credits_of("w_shape", touches=SEVEN, anchors=("0", "0.5", "0.5"), **milestones())
    assert found == {"d1": {"t1": 10_000}}


def test_the_earliest_lead_of_the_deal_counts_else_the_earliest_of_its_account() -> None:
    leads = """
        lead_id, created_on, opportunity_id, account_id
        l1,      2025-06-02, ,               a1
        l2,      2025-06-05, d1,             a1
        l3,      2025-06-04, d1,
        l4,      2025-06-01, d2,             a1
    """
    days = milestones(opportunity="06")
    of_deal = credits_of("w_shape", touches=SEVEN, leads=leads, **days)["d1"]
    assert [name for name in of_deal if of_deal[name] == 3_000] == ["t1", "t4", "t6"]
    of_account = "\n".join(line for line in leads.splitlines() if "d1" not in line)
    found = credits_of("w_shape", touches=SEVEN, leads=of_account, **days)["d1"]
    assert [name for name in found if found[name] == 3_000] == ["t1", "t2", "t6"]


def test_a_lead_from_before_the_look_back_is_not_counted() -> None:
    days = milestones(lead="03", opportunity="06")
    found = credits_of("w_shape", touches=SEVEN, look_back_days=26, **days)["d1"]
    assert found == {"t4": 4_500, "t6": 4_500, "t5": 500, "t7": 500}


# ---------------------------------------------------------------- time decay


def test_a_touch_weighs_half_of_one_that_is_a_half_life_later() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t1,       2025-06-06, mia,      d1
        t2,       2025-06-13, max,      d1
        t3,       2025-06-20, may,      d1
    """
    # 1 : 2 : 4, whether the days are counted to the last touch or to the close.
    assert credits_of("time_decay", touches=touches) == {"d1": {"mia": 1_429, "max": 2_857, "may": 5_714}}
    slower = credits_of("time_decay", touches=touches, half_life_days=14)["d1"]
    assert slower == {"mia": 2_265, "max": 3_204, "may": 4_531}


def test_a_journey_of_old_touches_alone_is_not_lost() -> None:
    touches = """
        touch_id, touched_on, payee_id, opportunity_id
        t1,       2025-01-01, mia,      d1
        t2,       2025-01-02, max,      d1
    """
    assert credits_of("time_decay", touches=touches, half_life_days=1) == {"d1": {"mia": 3_333, "max": 6_667}}


@pytest.mark.parametrize("half_life", [1, 2, 7, 13, 30, 90])
def test_weights_of_time_decay_are_rounded_as_by_whole_numbers_alone(half_life: int) -> None:
    table = decay_weights(Credit(rule="time_decay", look_back_days=400, half_life_days=half_life))
    weights = dict(zip(table["age"].to_pylist(), table["weight"].to_pylist(), strict=True))
    assert all(weights.get(age, 0) == decayed(age, half_life) for age in range(401))


def test_seven_halvings_end_in_a_tie_that_goes_up() -> None:
    """10^6 ÷ 2^7 is 7,812.5."""
    table = decay_weights(Credit(rule="time_decay", half_life_days=1))
    assert table["weight"].to_pylist()[:8] == [
        *(1_000_000, 500_000, 250_000, 125_000),
        *(62_500, 31_250, 15_625, 7_813),
    ]


# ---------------------------------------------------------------- managers and teams

PEOPLE = """
    payee_id, team,      manager_id, starts_on
    ann,      sales,     lea,        2025-01-01
    bob,      sales,     lea,        2025-01-01
    lea,      sales,     vera,       2025-01-01
    vera,     success,   ,           2025-01-01
    ann,      marketing, ,           2025-07-01
"""


def test_roll_up_credits_everybody_above_a_payee_on_that_day() -> None:
    deals = DEAL + "    d2, a1, ann, 2025-07-01, 50\n"
    found = credits_of("owner", opportunities=deals, payees=PEOPLE, roll_up=True)
    assert found == {"d1": {"ann": 10_000, "lea": 10_000, "vera": 10_000}, "d2": {"ann": 5_000}}


def test_a_manager_has_one_credit_of_a_deal_that_two_below_share_with_an_own_part() -> None:
    splits = """
        opportunity_id, payee_id, share
        d1,             ann,      50%
        d1,             bob,      30%
        d1,             lea,      20%
    """
    found = credits_of("splits", opportunity_splits=splits, payees=PEOPLE, roll_up=True)["d1"]
    assert found == {"ann": 5_000, "bob": 3_000, "lea": 10_000, "vera": 10_000}


def test_a_team_has_what_its_members_were_credited_with_while_they_were_in_it() -> None:
    deals = DEAL + "    d2, a1, ann, 2025-07-01, 50\n    d3, a1, gone, 2025-06-30, 7\n"
    found = credits_of("owner", opportunities=deals, payees=PEOPLE, team=True)
    assert found == {"d1": {"sales": 10_000}, "d2": {"marketing": 5_000}, "d3": {"": 700}}


def test_a_team_counts_a_shared_deal_once_even_where_managers_roll_up() -> None:
    splits = """
        opportunity_id, payee_id, share
        d1,             ann,      50%
        d1,             bob,      50%
    """
    found = credits_of("splits", opportunity_splits=splits, payees=PEOPLE, roll_up=True, team=True)
    assert found == {"d1": {"sales": 10_000}}
