"""Scores that people enter by hand each quarter: marketing's objectives and customers' satisfaction."""

from sample_data.company.dates import AS_OF, QUARTERS
from sample_data.company.draw import Draw
from sample_data.company.finance import Row
from sample_data.company.people import CSM, DIRECTOR, HEAD, JOBS, MARKETER

_KPIS = {MARKETER: "mbo", DIRECTOR: "mbo", CSM: "csat", HEAD: "csat"}


def scores() -> list[Row]:
    """One score for each closed quarter in which the person has the role on its last day."""
    draw, rows = Draw("scores"), []
    for quarter in QUARTERS:
        for job in JOBS if quarter.end <= AS_OF else ():
            held = job.starts_on < quarter.end and (job.ends_on is None or job.ends_on >= quarter.end)
            if job.role not in _KPIS or not held:
                continue
            kpi = _KPIS[job.role]
            percent = draw.whole(16, 23) * 5 if kpi == "mbo" else draw.whole(80, 97)
            rows.append(
                {
                    "payee_id": job.payee_id,
                    "kpi": kpi,
                    "period": quarter.label,
                    "score": f"{percent // 100}.{percent % 100:02d}",
                    "entered_by": "Callum Whitford" if job.role == MARKETER else "Renata Oyelaran",
                }
            )
            if job.role == CSM:
                rows[-1]["entered_by"] = "Ingrid Solheim"
    return rows
