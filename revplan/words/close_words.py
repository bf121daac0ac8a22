"""How far a period is on its way to being paid, and the steps there, in plain words."""

from collections.abc import Sequence

from revplan.words import N_, _, formats, gettext

STATES = {
    "open": N_("Open"),
    "submitted": N_("Submitted"),
    "approved": N_("Approved"),
    "locked": N_("Locked"),
    "paid": N_("Paid"),
}
STEPS = {
    "submitted": N_("Submitted for approval"),
    "reviewed": N_("Reviewed by the team's lead"),
    "objected": N_("The team's lead objects"),
    "sent_back": N_("Sent back"),
    "approved": N_("Approved"),
    "locked": N_("Locked"),
    "paid": N_("Paid"),
}

_PLANNER = {
    "open": N_("{period} is open: closing it pays {people} {total}. Submit it to be approved."),
    "submitted": N_("{period} is submitted: {people}, {total}. Somebody else approves it."),
    "approved": N_("{period} is approved: {people}, {total}. Lock it to pay."),
    "locked": N_("{period} is locked: {people}, {total}. Mark it paid once the money is out."),
    "paid": N_("{period} was paid: {people}, {total}."),
}
_LEAD = {
    "open": N_("{period} is open: your team stands at {total} for {people}."),
    "submitted": N_("{period} is submitted: {total} for {people} of your team. Say if something is wrong."),
    "approved": N_("{period} is approved: {total} for {people} of your team."),
    "locked": N_("{period} is locked: {total} for {people} of your team."),
    "paid": N_("{period} was paid: {total} to {people} of your team."),
}
_PAYEE = {
    "open": N_("{period} is open; what it pays can still change."),
    "submitted": N_("{period} is submitted; what it pays is being checked."),
    "approved": N_("{period} is approved; it is locked and paid next."),
    "locked": N_("{period} is locked; it is paid next."),
    "paid": N_("{period} was paid."),
}


def months(labels: Sequence[str]) -> str:
    """A period, or from the first to the last of its months: "Q1 2026", "January 2025 to May 2026"."""
    if len(labels) == 1:
        return formats.period(labels[0])
    return _("{first} to {last}").format(first=formats.period(labels[0]), last=formats.period(labels[-1]))


def opening(role: str, state: str, period: str, people: str, total: str) -> str:
    """The sentence with which the page opens; `people` and `total` are written already."""
    texts = {"lead": _LEAD, "payee": _PAYEE}.get(role, _PLANNER)
    text = gettext(texts[state]).format(period=period, people=people, total=total)
    return text[:1].upper() + text[1:]
