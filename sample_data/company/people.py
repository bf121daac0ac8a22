"""Everybody who works at Larkfield: who had which job, from when to when, and who held which seat."""

from dataclasses import dataclass
from datetime import date

MARKETING, ENTERPRISE, MIDMARKET, SUCCESS = "marketing", "enterprise", "mid-market", "success"
CRO, DIRECTOR, MARKETER = "CRO", "Marketing director", "Marketer"
MANAGER, ENT_AE, MID_AE = "Sales manager", "Enterprise AE", "Mid-market AE"
SDR_LEAD, SDR, HEAD, CSM = "SDR lead", "SDR", "Head of success", "CSM"
BEFORE = date(2023, 1, 9)  # the start date of those who were here before the books open


@dataclass(frozen=True)
class Job:
    """A row of `payees`: one person in one role; `ends_on` is the first day without it. Money in dollars."""

    payee_id: str
    name: str
    team: str
    role: str
    manager_id: str
    base: int
    incentive: int
    starts_on: date = BEFORE
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the job is held on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


JOBS = (
    Job("P-001", "Renata Oyelaran", ENTERPRISE, CRO, "", 310_000, 0),
    Job("P-002", "Callum Whitford", MARKETING, DIRECTOR, "P-001", 172_000, 45_000),
    Job("P-003", "Mireille Castain", ENTERPRISE, MANAGER, "P-001", 168_000, 95_000),
    Job("P-004", "Dominic Ashworth", MIDMARKET, MANAGER, "P-001", 148_000, 80_000),
    Job("P-005", "Ingrid Solheim", SUCCESS, HEAD, "P-001", 158_000, 50_000),
    Job("P-006", "Tobias Renner", MIDMARKET, SDR_LEAD, "P-004", 92_000, 28_000),
    # marketing, by campaign channel
    Job("P-010", "Priya Raghunathan", MARKETING, MARKETER, "P-002", 104_000, 18_000),
    Job("P-011", "Jonas Feldkamp", MARKETING, MARKETER, "P-002", 98_000, 17_000),
    Job("P-012", "Wendell Prior", MARKETING, MARKETER, "P-002", 91_000, 16_000, ends_on=date(2025, 6, 14)),
    Job(
        "P-013",
        "Savannah Leclerc",
        MARKETING,
        MARKETER,
        "P-002",
        94_000,
        16_000,
        starts_on=date(2025, 7, 7),
    ),
    Job("P-014", "Kofi Mensah-Bryce", MARKETING, MARKETER, "P-002", 96_000, 17_000),
    Job("P-015", "Hannah Lindqvist", MARKETING, MARKETER, "P-002", 93_000, 16_000),
    Job("P-016", "Marco Tavares", MARKETING, MARKETER, "P-002", 99_000, 17_000),
    Job("P-017", "Beatrix Nowak", MARKETING, MARKETER, "P-002", 95_000, 17_000),
    # enterprise
    Job("P-020", "Gareth Llewellyn", ENTERPRISE, ENT_AE, "P-003", 138_000, 112_000),
    Job("P-021", "Noor Haddad", ENTERPRISE, ENT_AE, "P-003", 135_000, 112_000),
    Job("P-022", "Stefan Kowalczyk", ENTERPRISE, ENT_AE, "P-003", 132_000, 110_000),
    Job("P-023", "Lucia Bellandi", ENTERPRISE, ENT_AE, "P-003", 140_000, 115_000),
    Job(
        "P-024",
        "Everett Sandoval",
        ENTERPRISE,
        ENT_AE,
        "P-003",
        134_000,
        110_000,
        ends_on=date(2025, 8, 23),
    ),
    Job(
        "P-025",
        "Amara Okonjo",
        ENTERPRISE,
        ENT_AE,
        "P-003",
        136_000,
        110_000,
        starts_on=date(2025, 10, 13),
    ),
    # mid-market
    Job("P-030", "Colette Marchand", MIDMARKET, MID_AE, "P-004", 82_000, 64_000),
    Job("P-031", "Ravi Subramaniam", MIDMARKET, MID_AE, "P-004", 84_000, 65_000),
    Job("P-032", "Jessamy Thorne", MIDMARKET, MID_AE, "P-004", 80_000, 64_000),
    Job("P-033", "Oskar Vinter", MIDMARKET, MID_AE, "P-004", 79_000, 62_000),
    Job("P-034", "Delphine Arnaud", MIDMARKET, MID_AE, "P-004", 83_000, 64_000),
    Job("P-035", "Malik Jefferson", MIDMARKET, MID_AE, "P-004", 81_000, 64_000),
    Job("P-036", "Rosalind Pike", MIDMARKET, MID_AE, "P-004", 78_000, 62_000),
    Job(
        "P-037",
        "Anton Zelenko",
        MIDMARKET,
        MID_AE,
        "P-004",
        80_000,
        62_000,
        ends_on=date(2026, 2, 28),
    ),
    Job(
        "P-038",
        "Fiona MacAllister",
        MIDMARKET,
        MID_AE,
        "P-004",
        80_000,
        62_000,
        starts_on=date(2026, 4, 13),
    ),
    # sales development; Naomi is promoted to account executive in the middle of a quarter
    Job("P-040", "Naomi Castellano", MIDMARKET, SDR, "P-006", 58_000, 24_000, ends_on=date(2026, 5, 1)),
    Job(
        "P-040",
        "Naomi Castellano",
        MIDMARKET,
        MID_AE,
        "P-004",
        76_000,
        58_000,
        starts_on=date(2026, 5, 1),
    ),
    Job("P-041", "Bram de Wit", MIDMARKET, SDR, "P-006", 56_000, 24_000),
    Job("P-042", "Chidi Ezenwa", MIDMARKET, SDR, "P-006", 57_000, 24_000),
    Job("P-043", "Elodie Fournier", MIDMARKET, SDR, "P-006", 55_000, 24_000, ends_on=date(2026, 8, 15)),
    Job("P-044", "Harlan Voss", MIDMARKET, SDR, "P-006", 56_000, 24_000),
    Job("P-045", "Tamsin Grey", MIDMARKET, SDR, "P-006", 54_000, 24_000, starts_on=date(2026, 2, 16)),
    # Leonie moves from sales development to marketing, where she builds the customer community
    Job("P-046", "Leonie Hartmann", MIDMARKET, SDR, "P-006", 58_000, 24_000, ends_on=date(2026, 4, 1)),
    Job(
        "P-046",
        "Leonie Hartmann",
        MARKETING,
        MARKETER,
        "P-002",
        84_000,
        17_000,
        starts_on=date(2026, 4, 1),
    ),
    # customer success
    Job("P-050", "Graham Ellery", SUCCESS, CSM, "P-005", 88_000, 30_000),
    Job("P-051", "Yasmin Farouk", SUCCESS, CSM, "P-005", 86_000, 30_000),
    Job("P-052", "Pieter Hoekstra", SUCCESS, CSM, "P-005", 85_000, 29_000),
    Job("P-053", "Corinne Baptiste", SUCCESS, CSM, "P-005", 87_000, 30_000),
    Job("P-054", "Abel Moreira", SUCCESS, CSM, "P-005", 82_000, 28_000),
    Job("P-055", "Silas Brandt", SUCCESS, CSM, "P-005", 83_000, 28_000, ends_on=date(2025, 2, 8)),
    Job("P-056", "Keiko Tanabe", SUCCESS, CSM, "P-005", 84_000, 29_000, starts_on=date(2025, 3, 3)),
)

CHANNELS: dict[str, tuple[str, ...]] = {
    "Paid search": ("P-010",),
    "Webinar": ("P-011",),
    "Content syndication": ("P-012", "P-013"),
    "Event": ("P-014",),
    "Email": ("P-015",),
    "Organic": ("P-016",),
    "Partner": ("P-017",),
    "Community": ("P-046",),
}
"""Who owns a channel's campaigns, one after the other."""

BOOKS: tuple[tuple[str, ...], ...] = (
    ("P-050",),
    ("P-051",),
    ("P-052",),
    ("P-053",),
    ("P-054",),
    ("P-055", "P-056"),
)
"""Customer-success books: who looks after the accounts of each, one after the other."""


def job_on(payee_id: str, day: date) -> Job | None:
    """The job of that person on that day, if any."""
    return next((job for job in JOBS if job.payee_id == payee_id and job.holds(day)), None)


def in_role(role: str, day: date) -> tuple[str, ...]:
    """Ids of everybody in the role on that day."""
    return tuple(job.payee_id for job in JOBS if job.role == role and job.holds(day))


def marketer_on(channel: str, day: date) -> str:
    """Who owns the channel's campaigns on that day: the director while the seat is empty."""
    held = (p for p in CHANNELS[channel] if (job := job_on(p, day)) and job.role == MARKETER)
    return next(held, "P-002")


def csm_on(book: int, day: date) -> str:
    """Who looks after a book on that day: the head of success while the seat is empty."""
    held = (p for p in BOOKS[book] if (job := job_on(p, day)) and job.role == CSM)
    return next(held, "P-005")


def days_in_role(payee_id: str, role: str, start: date, end: date) -> int:
    """How many days of [start, end) that person spends in the role."""
    days = 0
    for job in JOBS:
        if job.payee_id == payee_id and job.role == role:
            first, last = max(start, job.starts_on), min(end, job.ends_on or date.max)
            days += max(0, (last - first).days)
    return days


def email(name: str) -> str:
    """Work address of that name."""
    return name.lower().replace(" ", ".") + "@larkfield.example"
