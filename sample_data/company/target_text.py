"""targets.toml: the company's revenue target, its cascade, and the goals that teams had before."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sample_data.company import goals
from sample_data.company.people import (
    BOOKS,
    CHANNELS,
    ENT_AE,
    ENTERPRISE,
    JOBS,
    MARKETING,
    MID_AE,
    MIDMARKET,
    SDR,
    SUCCESS,
    Job,
)
from sample_data.company.records import Books

_YEARS = (2025, 2026)
_SOURCED = {
    "Paid search": 14,
    "Webinar": 20,
    "Content syndication": 4,
    "Event": 13,
    "Email": 28,
    "Organic": 14,
    "Partner": 7,
}


def targets_text(books: Books) -> str:
    """The whole file."""
    parts = [
        "# What Larkfield set out to reach. Remade by `make sample`.\nformat = 1\n",
        _company_revenue(),
        _leads(),
        _mqls(),
        _meetings(),
        _renewals(books),
        _renewal_arr(),
        _retention(),
        _sourced(),
    ]
    return "\n".join(parts)


def _target(target_id: str, name: str, measure: str, owner: str, grain: str = "quarter") -> str:
    return (
        f'[[target]]\nid = "{target_id}"\nname = "{name}"\nmeasure = "{measure}"\n'
        f'grain = "{grain}"\nowner = "{owner}"\n'
    )


def _total(table: str, year: int, total: int, basis: str = "") -> str:
    weights = ", ".join(str(weight) for weight in goals.WEIGHTS)
    why = f'basis = "{basis}"\n' if basis else ""
    return f"\n[[{table}]]\nyear = {year}\ntotal = {total}\nweights = [{weights}]\n{why}"


def _amounts(table: str, year: int, amounts: Iterable[object]) -> str:
    return f"\n[[{table}]]\nyear = {year}\namounts = [{', '.join(map(str, amounts))}]\n"


def _share(owner: str, of: str, share: str, from_: date | None = None, to: date | None = None) -> str:
    dates = f"from = {from_}\n" if from_ else ""
    dates += f"to = {to}\n" if to else ""
    return f'\n[[target.portion]]\nowner = "{owner}"\nof = "{of}"\nshare = "{share}"\n{dates}'


def _quarter_start(day: date | None) -> date | None:
    """The first day of the quarter; nothing for those who were always there."""
    if day is None or day < date(2025, 1, 1):
        return None
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _quarter_end(day: date | None) -> date | None:
    """The first day after the quarter in which somebody leaves; a day that starts one is itself."""
    if day is None:
        return None
    start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if start == day:
        return day
    return date(start.year + (start.month == 10), (start.month + 2) % 12 + 1, 1)


def _of_jobs(jobs: Iterable[Job], of: str, shares: dict[str, str]) -> str:
    """Portions for whole quarters: the plan cuts them to the days in the job."""
    return "".join(
        _share(
            f"payee:{job.payee_id}",
            of,
            shares[job.payee_id],
            _quarter_start(job.starts_on),
            _quarter_end(job.ends_on),
        )
        for job in jobs
    )


def _company_revenue() -> str:
    text = _target("company-revenue", "Company revenue", "won_revenue", "company")
    teams = (MARKETING, ENTERPRISE, MIDMARKET, SUCCESS)
    text += "shared_with = [" + ", ".join(f'{{ team = "{team}" }}' for team in teams) + "]\n"
    bases = {2025: "board plan of November 2024", 2026: "2025 × 1.2"}
    text += "".join(_total("target.year", y, goals.REVENUE[y], bases[y]) for y in _YEARS)
    for team, amounts in goals.TEAM_REVENUE.items():
        text += f'\n[[target.portion]]\nowner = "team:{team}"\nof = "company"\n'
        text += "".join(_total("target.portion.year", year, amounts[year]) for year in _YEARS)
    for team, role in ((ENTERPRISE, ENT_AE), (MIDMARKET, MID_AE)):
        jobs = [job for job in JOBS if job.role == role]
        mille = {j.payee_id: goals.BEGINNER_SHARES.get(j.payee_id, goals.AE_SHARES[team]) for j in jobs}
        text += _of_jobs(jobs, f"team:{team}", {p: f"{m / 10:g}%" for p, m in mille.items()})
    return text + _share("vacancy:Mid-market AE, Nordics", f"team:{MIDMARKET}", "7.5%", date(2026, 7, 1))


def _leads() -> str:
    text = _target("lead-goal", "Leads", "leads", f"team:{MARKETING}")
    text += "".join(_amounts("target.year", year, goals.LEAD_GOALS[year]) for year in _YEARS)
    return text + _by_channel(goals.LEAD_SHARES) + _community(goals.COMMUNITY[1])


def _by_channel(shares: dict[str, int]) -> str:
    text = ""
    for channel, share in shares.items():
        jobs = [job for job in JOBS if job.payee_id in CHANNELS[channel]]
        text += _of_jobs(jobs, f"team:{MARKETING}", {job.payee_id: f"{share}%" for job in jobs})
    return text


def _community(share: int) -> str:
    channel, _, start = goals.COMMUNITY
    return _share(f"payee:{CHANNELS[channel][0]}", f"team:{MARKETING}", f"{share}%", start)


def _mqls() -> str:
    text = _target("mql-goal", "Marketing-qualified leads", "mqls", f"team:{MARKETING}")
    for year in _YEARS:
        expected = (round(goal * goals.MQL_SHARE / 100) for goal in goals.LEAD_GOALS[year])
        text += _amounts("target.year", year, expected)
    return text


def _meetings() -> str:
    """By month: about 8 meetings for each, as 18% of 45 and then 20% of 40."""
    text = _target("meeting-goal", "Meetings held", "meetings", f"team:{MIDMARKET}", "month")
    text += _amounts("target.year", 2025, [45] * 12) + _amounts("target.year", 2026, [40] * 12)
    for job in JOBS:
        if job.role != SDR:
            continue
        owner, of, turn = f"payee:{job.payee_id}", f"team:{MIDMARKET}", date(2026, 1, 1)
        if job.starts_on < turn:
            text += _share(owner, of, "18%", None, turn)
        to = job.ends_on and date(job.ends_on.year, job.ends_on.month + (job.ends_on.day > 1), 1)
        text += _share(owner, of, "20%", max(turn, job.starts_on.replace(day=1)), to)
    return text


def _renewals(books: Books) -> str:
    """92% of the contracts that come due, by quarter and by who looks after them."""
    due: Counter[tuple[int, int, int]] = Counter()
    for book, day in books.due:
        due[book, day.year, (day.month - 1) // 3] += 1
    numbers = range(len(BOOKS))
    text = _target("renewal-goal", "Customers renewed", "renewed_logos", f"team:{SUCCESS}")
    for year in _YEARS:
        text += _amounts(
            "target.year", year, (_kept(sum(due[b, year, q] for b in numbers)) for q in range(4))
        )
    for number, seat in enumerate(BOOKS):
        for csm in seat:
            leaves = csm != seat[-1]
            text += f'\n[[target.portion]]\nowner = "payee:{csm}"\nof = "team:{SUCCESS}"\n'
            text += "to = 2025-04-01\n" if leaves else ""
            for year in _YEARS[:1] if leaves else _YEARS:
                counts = (due[number, year, q] for q in range(4))
                text += _amounts("target.portion.year", year, map(_kept, counts))
    return text


def _kept(due: int) -> int:
    return max(1, round(due * 0.92))


def _renewal_arr() -> str:
    text = _target("renewal-arr", "Renewed ARR", "renewal_arr", f"team:{SUCCESS}")
    return text + "".join(
        _total("target.year", year, goals.TEAM_REVENUE[SUCCESS][year] * 97 // 100) for year in _YEARS
    )


def _retention() -> str:
    text = _target("nrr-goal", "Net revenue retention", "nrr", f"team:{SUCCESS}")
    text += _amounts("target.year", 2025, ["1.02", "1.02", "1.03", "1.03"])
    text += _amounts("target.year", 2026, ["1.03", "1.03", "1.04", "1.04"])
    return text + "".join(
        _share(f"payee:{csm}", f"team:{SUCCESS}", "100%", None, None if csm == seat[-1] else date(2025, 4, 1))
        for seat in BOOKS
        for csm in seat
    )


def _sourced() -> str:
    text = _target("sourced-revenue", "Revenue sourced by marketing", "sourced_revenue", f"team:{MARKETING}")
    for year, total in ((2025, 2_500_000), (2026, 3_200_000)):
        text += _total("target.year", year, total)
    return text + _by_channel(_SOURCED) + _community(6)
