"""Touches: the campaigns that deals, customers and leads met on their way."""

from datetime import date, timedelta

from sample_data.company.dates import AS_OF, OPENS, workday
from sample_data.company.draw import Draw
from sample_data.company.goals import COMMUNITY
from sample_data.company.leads import campaign
from sample_data.company.people import marketer_on
from sample_data.company.records import Account, Books, Lead, Opportunity, Touch

_LENGTHS = {
    "marketing": {2: 16.0, 3: 22.0, 4: 22.0, 5: 18.0, 6: 13.0, 7: 9.0},
    "other": {0: 30.0, 1: 22.0, 2: 20.0, 3: 14.0, 4: 9.0, 5: 5.0},
    "expansion": {0: 30.0, 1: 30.0, 2: 22.0, 3: 12.0, 4: 6.0},
    "renewal": {0: 50.0, 1: 30.0, 2: 20.0},
}
_WARM = {"Email": 26.0, "Webinar": 20.0, "Event": 16.0, "Organic": 16.0, "Paid search": 14.0, "Partner": 8.0}
_CUSTOMER = {"Email": 45.0, "Webinar": 25.0, "Event": 20.0, "Organic": 10.0}
_TOTAL = 12_000


def make_touches(books: Books) -> None:
    """Journeys of deals, first touches of leads, and campaigns to accounts, up to 12,000."""
    draw = Draw("touches")
    lead_of = {id(lead.opportunity): lead for lead in books.leads if lead.opportunity}
    for lead in books.leads:
        if lead.channel != "Outbound":
            books.touches.append(_first(lead))
    for deal in books.opportunities:
        _journey(books, deal, lead_of.get(id(deal)), draw)
    customers = sorted({c.account.account_id for c in books.contracts})
    by_id = {account.account_id: account for account in books.accounts}
    span = (AS_OF - OPENS).days
    while len(books.touches) < _TOTAL:
        day = workday(OPENS + timedelta(days=draw.whole(1, span)))
        known = draw.chance(0.7)
        account = by_id[draw.pick(customers)] if known else draw.pick(books.accounts)
        books.touches.append(_touch(draw, day, _CUSTOMER if known else _WARM, account))


def _first(lead: Lead) -> Touch:
    return Touch(
        lead.created_on, lead.channel, lead.campaign, lead.owner_id, lead.account, lead, lead.opportunity
    )


def _touch(
    draw: Draw, day: date, mix: dict[str, float], account: Account, deal: Opportunity | None = None
) -> Touch:
    if day >= COMMUNITY[2] and mix is _CUSTOMER:
        mix = {**mix, COMMUNITY[0]: 30.0}
    channel = draw.weighted(mix)
    name = campaign(draw, channel, day)
    return Touch(day, channel, name, marketer_on(channel, day), account, opportunity=deal)


def _journey(books: Books, deal: Opportunity, lead: Lead | None, draw: Draw) -> None:
    """The touches of a deal, from before it was created to its close (or to the as-of date)."""
    sort = deal.kind if deal.kind != "new" else "marketing" if deal.source == "marketing" else "other"
    count = draw.weighted(_LENGTHS[sort])
    start = lead.created_on if lead else deal.created_on - timedelta(days=draw.whole(5, 45))
    end = min(deal.closed_on, AS_OF)
    if lead and lead.channel != "Outbound":
        count -= 1  # its lead's touch is the first
    for _ in range(count):
        day = workday(start + timedelta(days=draw.whole(1, max(1, (end - start).days))))
        mix = _WARM if deal.kind == "new" else _CUSTOMER
        if start <= day <= end:
            books.touches.append(_touch(draw, day, mix, deal.account, deal))
