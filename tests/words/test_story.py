"""The story of a line: what the sentences say, worked out by hand beside each."""

from typing import Any

from revplan.model.book import Book
from revplan.model.targets import Target
from revplan.report.explanations import explained_text
from revplan.rules.explain.line import explain
from revplan.rules.run import run
from revplan.words import speaking
from revplan.words.story import Story, story
from revplan.words.table_words import terms_for
from tests.rules.written_book import ANN, BONUS, COMMISSION, book_of, deals, plan_of, quota, target_of

RATE = COMMISSION | {"input": "attainment", "target": "quota"}


def tiers(kind: str, *rates: tuple[str, str]) -> dict[str, Any]:
    return {"kind": kind, "tiers": [{"from": at, "rate": rate} for at, rate in rates]}


def book(
    component: dict[str, Any], won: str, targets: tuple[Target, ...] = (), payees: str = ANN, **plan: Any
) -> Book:
    made = deals(*won.split("; "))
    return book_of(
        plan_of(component, **plan), targets=targets or (quota(),), payees=payees, opportunities=made
    )


def told(found: Book, period: str = "2025-Q1", lang: str = "en") -> Story:
    result = run(found, "set")
    line = next(row["line_id"] for row in result.lines.to_pylist() if row["period"] == period)
    with speaking(lang):
        return story(explain(found, result, line), terms_for(found.company, found.targets))


def test_each_slice_of_a_rate_says_what_it_pays() -> None:
    """113,000 of 120,000 at 8% are 9,040, and 7,000 at 12% are 840."""
    target = quota(year=[{"year": 2025, "total": 452_000}])
    component = RATE | {"table": tiers("marginal", ("0", "8%"), ("1", "12%"))}
    found = told(book(component, "d1, 2025-02-10, 120000", (target,)))
    assert found.counted == (
        "The plan Plan, version 1, is in force from Jan 1, 2025.",
        "Won revenue, own result, Jan 1 – Mar 31, 2025: $120,000.00 counted against a quota of $113,000.00, "
        "which is 106.1947%.",
    )
    assert found.worked_out == (
        "The first $113,000.00, at 8%, pays $9,040.00.",
        "The next $7,000.00, at 12%, pays $840.00.",
        "That is $9,880.00 together.",
    )
    assert found.paid == ("This line pays $9,880.00.",)


def test_a_closed_gate_says_which_condition_and_how_far_off() -> None:
    needed = {"measure": "won_revenue", "scope": "shared", "target": "quota", "at_least": "80%"}
    also = {"measure": "won_deals", "at_least": 2}
    component = RATE | {"gate": [{"all_of": [needed, also]}], "table": tiers("marginal", ("0", "10%"))}
    found = told(book(component, "d1, 2025-02-10, 79.99; d2, 2025-02-11, 0"))
    assert found.worked_out == (
        "All of it, $79.99 at 10%, pays $8.00.",
        "Condition not met: Won revenue, the shared result of all teams, needed $80.00 (80% of Quota) and "
        "reached $79.99 (79.99%).",
        "Condition met: Won deals, own result, needed 2 and reached 2.",
        "So this pays nothing instead of $8.00.",
    )
    assert found.paid == ("This line pays $0.00.",)


def test_a_tier_that_goes_back_says_what_is_catch_up() -> None:
    component = RATE | {"table": tiers("whole", ("0", "10%"), ("1", "20%"))}
    found = told(book(component, "d1, 2025-01-10, 60; d2, 2025-02-10, 50"))
    assert found.worked_out == (
        "110% reaches tier 2 of 2, whose rate holds for everything.",
        "All of it, $110.00 at 20%, pays $22.00.",
    )
    assert found.paid == (
        "This line pays $22.00.",
        "$6.00 of it is catch-up: the tier reached pays on earlier deals too.",
    )


def test_a_joiner_reads_why_the_quota_is_not_the_whole_one() -> None:
    """45 of 90 days: half of February's third and the whole of March's are half of 100."""
    payees = "payee_id, target_incentive, starts_on\nann, 40, 2025-02-15"
    found = told(book(BONUS, "d1, 2025-03-10, 25", payees=payees))
    assert found.counted[1:] == (
        "Won revenue, own result, Jan 1 – Mar 31, 2025: $25.00 counted against a quota of $50.00, "
        "which is 50%.",
        "The whole quota would be $100.00; $50.00 of it applies.",
        "Of its 90 days, 45 were on this plan.",
        "Target incentive is $40.00 a year.",
        "This component is worth 100% of it: $10.00 for the whole period, and $5.00 for the time that "
        "counts.",
    )
    assert found.worked_out == ("50% lies on the line from 0% at 0% to 100% at 100%: it pays $2.50.",)


def test_a_cap_a_multiplier_and_earlier_lines_are_told() -> None:
    component = RATE | {
        "accumulation": "cumulative",
        "paid_per": "month",
        "table": tiers("marginal", ("0", "10%")),
        "multiplier": {
            "measure": "won_deals",
            "table": {"kind": "steps", "steps": [{"at": 0, "pays": 1}, {"at": 2, "pays": 2}]},
        },
        "cap": {"amount": 15},
    }
    found = told(book(component, "d1, 2025-01-10, 60; d2, 2025-02-10, 50"), "2025-02")
    assert found.worked_out == (
        "All of it, $110.00 at 10%, pays $11.00.",
        "Won deals, own result, Jan 1 – Feb 28, 2025: 2 counted.",
        "That multiplies the pay by 2×: $11.00 becomes $22.00.",
        "The cap holds $22.00 at $15.00.",
    )
    assert found.paid[0] == (
        "Earned in Q1 2025 so far: $15.00. The lines before this one have $6.00 of it, which leaves $9.00."
    )


def test_deals_that_are_read_alone_are_counted_and_held() -> None:
    component = COMMISSION | {"table_per": "transaction", "deals": {"payout_cap": 5}}
    found = told(book(component, "d1, 2025-01-10, 60; d2, 2025-02-10, 20"))
    assert found.worked_out == (
        "Each deal is read by the table by itself: 2 deals pay $7.00 together.",
        "1 of them is held at $5.00, the most that one deal pays.",
    )


def test_a_limit_on_all_of_a_payees_pay_says_what_it_took() -> None:
    limit = [{"amount": 4, "per": "quarter"}]
    found = told(book(COMMISSION, "d1, 2025-01-10, 60", payee_limit=limit))
    assert found.paid[:2] == (
        "The most that one person is paid takes $2.00 away.",
        "This line pays $4.00.",
    )


def test_no_quota_and_no_result_are_told() -> None:
    nobody = target_of(portion=[{"owner": "team:sales", "share": 1}])
    found = told(book(RATE, "d1, 2025-01-10, 60", (nobody,)))
    assert found.counted[1] == (
        "Won revenue, own result, Jan 1 – Mar 31, 2025: $60.00 counted, and the target Quota has "
        "no quota for it."
    )
    assert found.worked_out == ("The table cannot be read here, so it pays nothing.",)
    assert found.paid[1] == "There is no quota for this period, so attainment cannot be measured."


def test_the_story_is_told_in_turkish() -> None:
    component = RATE | {"table": tiers("marginal", ("0", "8%"))}
    found = told(book(component, "d1, 2025-02-10, 100"), lang="tr")
    assert found.worked_out == ("Tamamı, $100,00, %8 oranıyla $8,00 öder.",)


def test_the_terminal_lists_the_deals_that_pay() -> None:
    found = book(COMMISSION, "d1, 2025-01-10, 60; d2, 2025-01-11, 0")
    result = run(found, "set")
    with speaking("en"):
        text = explained_text(found, result, [1])
    assert text.splitlines()[0] == "ann, Commission, Q1 2025: $6.00"
    assert text.splitlines()[-1].split() == ["d1", "Jan", "10,", "2025", "$60.00", "$6.00"]


def test_a_part_of_a_pool_is_told_as_a_share() -> None:
    """10% of 60 won are 6.00, for the two members equally."""
    two = ANN + "    bob,      40\n"
    component = COMMISSION | {"scope": "team", "pays": {"way": "pool", "by": "equal"}}
    found = told(book(component, "d1, 2025-01-10, 60", payees=two))
    assert found.worked_out == (
        "All of it, $60.00 at 10%, pays $6.00.",
        "Of the pool of $6.00, one of 2 equal parts is $3.00.",
    )
    by_pay = component | {"pays": {"way": "pool", "by": "target_incentive"}}
    assert told(book(by_pay, "d1, 2025-01-10, 60", payees=two)).worked_out[1] == (
        "Of the pool of $6.00, 50% by target incentive is $3.00."
    )
