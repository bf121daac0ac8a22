"""Files as other programs export them, to try the Data page with: other headers, other notations."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from sample_data.company.accounts import ENTERPRISE
from sample_data.company.dates import AS_OF, a_day_in
from sample_data.company.draw import Draw
from sample_data.company.finance import Row
from sample_data.company.people import ENT_AE, MARKETER, MID_AE, in_role, job_on, marketer_on
from sample_data.company.records import Account, Books
from sample_data.company.sheet import write_xlsx

_MONTH = date(2026, 10, 1)
_STAGES = {"Closed Won": 45.0, "Closed Lost": 30.0, "Contract Sent": 12.0, "Presentation Scheduled": 13.0}


def write_uploads(folder: Path, books: Books, sent: list[Row]) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "hubspot-deals.csv", _hubspot(books), encoding="utf-8-sig")
    _write(folder / "salesforce-opportunities.csv", _salesforce(books))
    _write(folder / "zahlungen-oktober.csv", _german_payments(books, sent), ";", "cp1252", "\r\n")
    _write(folder / "webinar-leads.tsv", _leads(), "\t")
    write_xlsx(folder / "objectives-q4.xlsx", {"Scores": _objectives(), "Notes": _NOTES})


def _write(
    path: Path,
    rows: Iterable[Sequence[str]],
    comma: str = ",",
    encoding: str = "utf-8",
    end: str = "\n",
) -> None:
    lines = (comma.join(_quoted(value, comma) for value in row) + end for row in rows)
    path.write_bytes("".join(lines).encode(encoding))


def _quoted(value: str, comma: str) -> str:
    return '"' + value.replace('"', '""') + '"' if comma in value or '"' in value else value


def _name(payee_id: str, day: date) -> str:
    job = job_on(payee_id, day)
    assert job is not None
    return job.name


def _loose(dollars: int, form: int) -> str:
    """An amount as people type it: 250k, $62,000 with a space, 62000.00, 62,000."""
    if form == 0:
        return f"{dollars // 1000}k"
    return (f"${dollars:,} ", f"{dollars}.00", f"{dollars:,}")[form - 1]


def _hubspot(books: Books) -> list[Sequence[str]]:
    """October's deals with the day first; two rows cannot be read."""
    draw = Draw("hubspot")
    header = "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Create Date,Associated Company"
    rows: list[Sequence[str]] = [header.split(",")]
    for account in draw.some([a for a in books.accounts if a.currency == "USD"], 48):
        roles = ENT_AE if account.segment == ENTERPRISE else MID_AE
        low, high = (60, 260) if account.segment == ENTERPRISE else (12, 70)
        stage = draw.weighted(_STAGES)
        closed_on = a_day_in(draw, _MONTH, date(2026, 10, 31))
        if not stage.startswith("Closed"):
            closed_on += timedelta(days=35)
        rows.append(
            (
                str(21_480_000_000 + len(rows) * 7_919),
                f"{account.name} - {draw.pick(('Core', 'Insights', 'Core + Insights'))}",
                stage,
                _loose(draw.whole(low, high) * 1000, draw.whole(0, 3)),
                _name(draw.pick(in_role(roles, AS_OF)), AS_OF),
                f"{closed_on:%d/%m/%Y}",
                f"{closed_on - timedelta(days=draw.whole(30, 120)):%d/%m/%Y}",
                account.name,
            )
        )
    rows[17] = (*rows[17][:3], "TBD", *rows[17][4:])
    rows[31] = (*rows[31][:5], "31/02/2026", *rows[31][6:])
    return rows


def _salesforce(books: Books) -> list[Sequence[str]]:
    """The quarter's opportunities with the month first, ISO moments and two currencies."""
    draw = Draw("salesforce")
    header = (
        "Id,Name,AccountId,Type,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,OwnerId,LeadSource,"
        "ForecastCategory,Probability,IsClosed,IsWon"
    )
    rows: list[Sequence[str]] = [header.split(",")]
    stages = {
        "Prospecting": ("Pipeline", 10),
        "Needs Analysis": ("Pipeline", 25),
        "Proposal/Price Quote": ("BestCase", 60),
        "Negotiation/Review": ("Forecast", 80),
        "Closed Won": ("Closed", 100),
        "Closed Lost": ("Omitted", 0),
    }
    for account in draw.some(books.accounts, 60):
        roles = ENT_AE if account.segment == ENTERPRISE else MID_AE
        low, high = (50_000, 240_000) if account.segment == ENTERPRISE else (9_000, 60_000)
        stage = draw.pick(tuple(stages))
        forecast, probability = stages[stage]
        closed = stage.startswith("Closed")
        day = (
            a_day_in(draw, _MONTH, date(2026, 10, 31))
            if closed
            else AS_OF + timedelta(days=draw.whole(5, 70))
        )
        made = day - timedelta(days=draw.whole(20, 150))
        rows.append(
            (
                f"0065g00000{len(rows) * 37 + 1000:05d}AAC",
                f"{account.name} {draw.pick(('New', 'Upsell', 'Add-on'))}",
                account.account_id,
                draw.pick(("New Business", "Existing Business")),
                stage,
                f"{draw.whole(low, high)}.{draw.pick(('00', '00', '50'))}",
                account.currency,
                f"{day.month}/{day.day}/{day.year}",
                f"{made.isoformat()}T{draw.whole(8, 18):02d}:{draw.whole(0, 59):02d}:00.000+0000",
                draw.pick(in_role(roles, AS_OF)),
                draw.pick(("Web", "Partner Referral", "Outbound", "Marketing", "")),
                forecast,
                str(probability),
                str(closed).upper(),
                str(stage == "Closed Won").upper(),
            )
        )
    return rows


def _german_payments(books: Books, sent: list[Row]) -> list[Sequence[str]]:
    """Payments from the German bank account: 1.234,50 and days with dots, in the old Windows encoding."""
    draw = Draw("zahlungen")
    names: dict[str, Account] = {account.account_id: account for account in books.accounts}
    due = [row for row in sent if row["currency"] == "EUR" and date(2026, 8, 1) <= row["invoiced_on"]]
    rows: list[Sequence[str]] = [
        ("Zahlungsnummer", "Rechnungsnummer", "Kunde", "Betrag", "Währung", "Bezahlt am", "Verwendungszweck")
    ]
    for invoice in due[:24]:
        day = a_day_in(draw, _MONTH, date(2026, 10, 31))
        rows.append(
            (
                f"ZE-{2_610_000 + len(rows)}",
                invoice["invoice_id"],
                names[invoice["account_id"]].name,
                _german(invoice["amount"]),
                "EUR",
                f"{day:%d.%m.%Y}",
                draw.pick(("Überweisung", "Lastschrift", "Überweisung; Skonto geprüft")),
            )
        )
    return rows


def _german(cents: int) -> str:
    whole = f"{cents // 100:,}".replace(",", ".")
    return f"{whole},{cents % 100:02d}"


def _leads() -> list[Sequence[str]]:
    """A webinar's sign-ups, as its program exports them."""
    draw = Draw("sign-ups")
    rows: list[Sequence[str]] = [
        ("Lead ID", "Created Date", "Lead Owner", "Lead Source", "Campaign Name", "Lead Status", "MQL Date")
    ]
    for i in range(90):
        day = a_day_in(draw, date(2026, 10, 12), date(2026, 10, 31))
        qualified = day + timedelta(days=1) if draw.chance(0.35) else None
        rows.append(
            (
                f"WB-{5_000 + i}",
                _american(day),
                _name(marketer_on("Webinar", day), day),
                "Webinar",
                "Webinar: a calm year-end",
                "Nurturing" if qualified else "New",
                _american(qualified) if qualified else "",
            )
        )
    return rows


def _american(day: date) -> str:
    return (
        f"{'JanFebMarAprMayJunJulAugSepOctNovDec'[3 * day.month - 3 : 3 * day.month]} {day.day}, {day.year}"
    )


def _objectives() -> list[Sequence[str]]:
    """Scores of the running quarter under three title rows, in percent."""
    draw = Draw("objectives")
    rows: list[Sequence[str]] = [
        ("Larkfield Software",),
        ("Marketing objectives, fourth quarter 2026 (preliminary)",),
        (),
        ("Employee", "KPI", "Period", "Score", "Entered by"),
    ]
    for payee in in_role(MARKETER, AS_OF):
        score = draw.whole(160, 230) * 50
        rows.append(
            (_name(payee, AS_OF), "mbo", "2026-Q4", f"{score // 100}.{score % 100:02d}%", "Callum Whitford")
        )
    return rows


_NOTES = (
    ("Scores are the mean of three objectives, each from 0% to 120%.",),
    ("Final after the review in January.",),
)
