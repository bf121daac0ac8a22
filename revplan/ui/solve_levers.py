"""Which levers a search may move, and how far each."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from revplan.access import Viewer
from revplan.model.book import Book
from revplan.model.credit import ATTRIBUTED
from revplan.model.question import LeverSaid
from revplan.service import solving, workspace
from revplan.simulate.solve_levers import BOUNDS
from revplan.ui.text import plain
from revplan.words import N_, _, gettext, names

_LABELS: Mapping[str, str] = {
    "rates": N_("Rates"),
    "thresholds": N_("Thresholds"),
    "target": N_("Shared target"),
    "quota": N_("Quotas"),
    "incentive": N_("Target incentives"),
    "caps": N_("Caps, of the target incentive"),
    "attribution": N_("Who marketing is credited by"),
}
_WIDEST: Mapping[str, tuple[int, int]] = {"caps": (100, 500), "weights": (0, 100)}
"""How far the bounds themselves can be set, in percent."""


def choose(viewer: Viewer, plan_set: str) -> list[LeverSaid]:
    """The levers chosen, each with its bounds."""
    book = workspace.current().book()
    usable = {lever.key: lever for lever in solving.choices(viewer, plan_set)}
    usual = [key for key in ("rates", "thresholds") if key in usable]
    chosen = st.multiselect(
        _("Levers"),
        list(usable),
        usual,
        format_func=lambda key: name(usable[key], book),
        key="solve_levers",
        persist_state="session",
    )
    return [_bounded(usable[key], book) for key in chosen]


def name(lever: LeverSaid, book: Book) -> str:
    """What a lever moves."""
    if lever.kind != "weights":
        return gettext(_LABELS[lever.kind])
    plan = next((each for each in reversed(book.plans) if each.id == lever.plan), None)
    part = next((each.name for each in (plan.components if plan else ()) if each.id == lever.component), "")
    return _("Weight: {plan} · {component}").format(plan=plan.name if plan else lever.plan, component=part)


def _bounded(lever: LeverSaid, book: Book) -> LeverSaid:
    """The lever as far as its own slider lets it go, or with the rules that may be tried."""
    label = plain(name(lever, book))
    if lever.kind == "attribution":
        rules = st.multiselect(
            label,
            sorted(ATTRIBUTED),
            sorted(ATTRIBUTED),
            format_func=lambda rule: names.named(names.CREDIT_RULES, rule),
            key="solve_rules",
            persist_state="session",
        )
        return lever.model_copy(update={"rules": tuple(rules)})
    least_usual, most_usual = BOUNDS[lever.kind]
    usual = round(least_usual * 100), round(most_usual * 100)
    least, most = _WIDEST.get(lever.kind, (50, 150))
    low, high = st.slider(
        label, least, most, usual, format="%d%%", key=f"solve_bounds_{lever.key}", persist_state="session"
    )
    # One that has no way to go is set to what it says: the widest step there is.
    low, high = (low, high) if low < high else (max(least, low - 1), min(most, high + 1))
    return lever.model_copy(update={"low": Decimal(low) / 100, "high": Decimal(high) / 100})
