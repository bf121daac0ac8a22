"""What a plan does for joiners, leavers and people on leave is said as it is calculated."""

from typing import Any

from revplan.words.presence_words import plan_terms
from tests.rules.written_book import plan_of


def said(**fields: Any) -> str:
    return " ".join(plan_terms(plan_of(**fields)))


def test_proration_is_always_said() -> None:
    assert said().endswith("quota and target incentive by active days.")
    assert said(prorate="months").endswith("quota and target incentive by full months.")
    assert said(prorate="none").endswith("the whole quota and target incentive.")


def test_a_ramp_is_said_with_its_shares_and_its_first_month() -> None:
    grows = "A joiner's quota grows from the month of joining: 0%, 25%, 33.33%, then the whole of it."
    assert said(ramp={"quota": ["0%", "25%", "33.33%"]}).endswith(grows)
    later = {"quota": ["50%"], "starts": "first_full_month", "incentive": True}
    assert "from the first full month: 50%, then" in said(ramp=later)
    assert said(ramp=later).endswith("Target incentive grows with it.")


def test_of_leave_only_what_is_not_usual_is_said() -> None:
    odd = {"cuts_quota": False, "cuts_incentive": False, "credit_counts": False}
    assert said(leave=odd).count("leave") == said().count("leave") + 3
    assert said(leave=odd, prorate="none").endswith("What is credited while on leave does not count.")


def test_a_restart_is_said_where_it_acts() -> None:
    begins = "With a new version or another team within a period, results begin anew on that day."
    assert said(accumulators="restart").endswith(begins)
    assert begins not in said(accumulators="restart", prorate="none")
