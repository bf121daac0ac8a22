"""Leads: what campaigns and sales development bring in, and how far each comes."""

from datetime import date, timedelta

from revplan.periods import Period
from sample_data.company.dates import AS_OF, MONTHS, OPENS, QUARTERS, a_day_in, after, workday
from sample_data.company.draw import Draw
from sample_data.company.goals import COMMUNITY, LEAD_OUTCOMES, LEAD_SHARES, PUSHES, lead_goal
from sample_data.company.people import MIDMARKET, SDR, in_role, job_on, marketer_on
from sample_data.company.records import Books, Lead, Opportunity

_BRINGS_DEALS = {
    "Paid search": 24.0,
    "Webinar": 14.0,
    "Content syndication": 5.0,
    "Event": 20.0,
    "Email": 10.0,
    "Organic": 19.0,
    "Partner": 8.0,
}
_CAMPAIGNS = {
    "Paid search": ("Search: workflow", "Search: approvals", "Search: competitors"),
    "Webinar": ("Webinar: close the books", "Webinar: audit season", "Webinar: the first 90 days"),
    "Content syndication": ("Whitepaper: state of operations", "Checklist: controls", "Buyer's guide"),
    "Event": ("Trade fair", "Executive dinner", "User day"),
    "Email": ("Newsletter", "Nurture: evaluation", "Nurture: dormant"),
    "Organic": ("Website", "Blog", "Calculator"),
    "Partner": ("Reseller referral", "Integration listing"),
    "Community": ("Customer council", "Reference call", "Community day"),
}
_OUTREACH = ("Outbound: logistics", "Outbound: manufacturing", "Outbound: finance teams")


def campaign(draw: Draw, channel: str, day: date) -> str:
    """A campaign of the channel, with its quarter."""
    return f"{draw.pick(_CAMPAIGNS[channel])} {day.year}-Q{(day.month + 2) // 3}"


def make_leads(books: Books) -> None:
    """Every lead, deals' own first; the rest fills up what each channel brought in."""
    draw = Draw("leads")
    for deal in books.opportunities:
        if deal.kind == "new" and deal.source in ("marketing", "sdr"):
            _lead_of(books, deal, draw)
    for quarter in QUARTERS:
        for channel, share in LEAD_SHARES.items():
            _fill(books, quarter, channel, share, draw)
        if quarter.start >= COMMUNITY[2]:
            _fill(books, quarter, *COMMUNITY[:2], draw)
    for month in MONTHS:
        for sdr in in_role_within(month.start, month.end):
            _prospect(books, sdr, month, draw)


def in_role_within(start: date, end: date) -> list[str]:
    """Everybody in sales development at some time in [start, end)."""
    days = (start + timedelta(days=i) for i in range((end - start).days))
    return sorted({payee for day in days for payee in in_role(SDR, day)})


def _lead_of(books: Books, deal: Opportunity, draw: Draw) -> None:
    """The lead that the deal came from; none where it lies before the books open."""
    met_on = after(deal.created_on, -draw.whole(0, 6))
    created_on = after(met_on, -draw.whole(9, 40))
    if created_on < OPENS:
        return
    if deal.source == "sdr":
        owner, channel, name = draw.pick(in_role(SDR, created_on)), "Outbound", draw.pick(_OUTREACH)
    else:
        pushed = f"{created_on.year}-Q{(created_on.month + 2) // 3}" in PUSHES and deal.outcome == "lost"
        mix = {"Webinar": 50.0, "Content syndication": 50.0} if pushed else _BRINGS_DEALS
        channel = draw.weighted(mix)
        owner, name = marketer_on(channel, created_on), campaign(draw, channel, created_on)
    gap = (met_on - created_on).days
    lead = Lead(created_on, owner, channel, name, "Converted", deal.account, deal)
    if deal.source == "marketing":
        lead.mql_on = workday(created_on + timedelta(days=gap // 4), created_on)
    lead.sql_on = workday(created_on + timedelta(days=gap // 2), created_on)
    lead.meeting_on = met_on
    books.leads.append(lead)


def _fill(books: Books, quarter: Period, channel: str, share: int, draw: Draw) -> None:
    goal = lead_goal(quarter.start) * share / 100
    usual = LEAD_OUTCOMES[quarter.label] * min(1.25, max(0.75, draw.bell(1.0, 0.09)))
    times = PUSHES.get(quarter.label, {}).get(channel)
    there = sum(lead.channel == channel and lead.created_on in quarter for lead in books.leads)
    end = min(quarter.end, AS_OF)
    for _ in range(max(0, round(goal * (times or usual)) - there)):
        created_on = a_day_in(draw, quarter.start, end)
        lead = Lead(
            created_on, marketer_on(channel, created_on), channel, campaign(draw, channel, created_on)
        )
        _mature(lead, draw, cheap=times is not None)
        if draw.chance(0.3):
            lead.account = draw.pick(books.accounts)
        books.leads.append(lead)


def _mature(lead: Lead, draw: Draw, *, cheap: bool) -> None:
    """How far a lead without a deal comes. A download scores as qualified; hardly any is worth a call."""
    if not draw.chance(0.33 if cheap else 0.29):
        lead.status = draw.weighted({"Nurturing": 45.0, "Disqualified": 35.0, "New": 20.0})
        return
    lead.mql_on = _by(lead.created_on, draw.whole(0, 9))
    lead.status = "Nurturing"
    if not draw.chance(0.05 if cheap else 0.24):
        return
    lead.sql_on = lead.mql_on and _by(lead.mql_on, draw.whole(2, 14))
    lead.status = "Qualified"
    if draw.chance(0.5):
        lead.meeting_on = lead.sql_on and _by(lead.sql_on, draw.whole(3, 14))


def _by(day: date, days: int) -> date | None:
    """The working day that much later, if it has come."""
    later = workday(day + timedelta(days=days), day)
    return later if later <= AS_OF else None


def _prospect(books: Books, sdr: str, month: Period, draw: Draw) -> None:
    """What one person in sales development finds in a month beside the deals' own leads."""
    end = min(month.end, AS_OF)
    hard_work = 1.0 + (int(sdr[-1]) % 3 - 1) * 0.15
    for _ in range(round(max(3.0, draw.bell(9.2, 2.4)) * hard_work)):
        created_on = a_day_in(draw, month.start, end)
        job = job_on(sdr, created_on)
        if not job or job.role != SDR or job.team != MIDMARKET:
            continue
        lead = Lead(created_on, sdr, "Outbound", draw.pick(_OUTREACH))
        if draw.chance(0.35):
            lead.account = draw.pick(books.accounts)
        if draw.chance(0.7):
            lead.status, lead.sql_on = "Qualified", _by(created_on, draw.whole(1, 8))
            if lead.sql_on and draw.chance(0.82):
                lead.meeting_on = _by(lead.sql_on, draw.whole(2, 12))
        else:
            lead.status = draw.weighted({"Nurturing": 40.0, "Disqualified": 60.0})
        books.leads.append(lead)
