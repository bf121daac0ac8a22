"""What Larkfield set out to reach, and how each quarter turned out against it: the story in figures."""

from datetime import date

from revplan.periods import Period
from sample_data.company.people import ENT_AE, ENTERPRISE, MID_AE, MIDMARKET, SUCCESS, days_in_role

WEIGHTS = (21, 24, 24, 31)
"""Seasonal weights of a year's quarters, in percent."""

REVENUE = {2025: 20_000_000, 2026: 24_000_000}
TEAM_REVENUE = {
    ENTERPRISE: {2025: 4_300_000, 2026: 4_800_000},
    MIDMARKET: {2025: 4_600_000, 2026: 5_100_000},
    SUCCESS: {2025: 11_200_000, 2026: 14_200_000},
}
AE_SHARES = {ENTERPRISE: 216, MIDMARKET: 135}
"""An account executive's part of the team's revenue, per mille: five and eight of them hold 108% of it."""
BEGINNER_SHARES = {"P-040": 75}
"""The part of those who have just become one."""

OUTCOMES = {
    "2025-Q1": 1.052,
    "2025-Q2": 0.968,
    "2025-Q3": 0.852,
    "2025-Q4": 1.078,
    "2026-Q1": 1.063,
    "2026-Q2": 0.863,
    "2026-Q3": 1.038,
    "2026-Q4": 0.447,
}
"""Won revenue against target; the last quarter has run for one month."""

LEAD_GOALS = {2025: (560, 590, 600, 620), 2026: (640, 670, 680, 700)}
LEAD_SHARES = {
    "Paid search": 20,
    "Webinar": 18,
    "Content syndication": 14,
    "Event": 10,
    "Email": 13,
    "Organic": 17,
    "Partner": 8,
}
"""The lead goal by channel, in percent."""

COMMUNITY = ("Community", 5, date(2026, 4, 1))
"""A channel that came later, its share on top of the others, and from when."""

LEAD_OUTCOMES = {
    "2025-Q1": 0.95,
    "2025-Q2": 1.02,
    "2025-Q3": 0.95,
    "2025-Q4": 0.97,
    "2026-Q1": 0.93,
    "2026-Q2": 0.92,
    "2026-Q3": 0.96,
    "2026-Q4": 0.32,
}
"""Leads against the goal, before the push."""

PUSHES = {
    "2025-Q3": {"Webinar": 1.7, "Content syndication": 2.3},
    "2026-Q2": {"Webinar": 1.7, "Content syndication": 2.4},
}
"""The quarters in which cheap leads were bought, and how many times the goal those channels brought in."""

MQL_SHARE = 33
"""Marketing-qualified leads expected from a hundred leads."""


def quarter_weight(quarter: Period) -> int:
    """The quarter's seasonal weight in percent."""
    return WEIGHTS[(quarter.start.month - 1) // 3]


def revenue_target(quarter: Period) -> float:
    """The company's revenue target of the quarter, in dollars."""
    return REVENUE[quarter.start.year] * quarter_weight(quarter) / 100


def quota(payee_id: str, quarter: Period) -> float:
    """An account executive's quota of the quarter in dollars, by days in the role."""
    total = 0.0
    for team, role in ((ENTERPRISE, ENT_AE), (MIDMARKET, MID_AE)):
        part = BEGINNER_SHARES.get(payee_id, AE_SHARES[team]) / 1000
        whole = TEAM_REVENUE[team][quarter.start.year] * quarter_weight(quarter) / 100
        days = days_in_role(payee_id, role, quarter.start, quarter.end)
        total += whole * part * days / quarter.days
    return total


def lead_goal(day: date) -> int:
    """The quarter's lead goal."""
    return LEAD_GOALS[day.year][(day.month - 1) // 3]
