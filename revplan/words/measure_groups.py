"""Groups of measures, as a reader looks for them: revenue, retention, volume, health, the company's own."""

from collections.abc import Iterable, Mapping

from revplan.words import N_, _, gettext, names

GROUPS = {
    "revenue": N_("Revenue"),
    "retention": N_("Retention"),
    "volume": N_("Volume"),
    "health": N_("Health"),
    "score": N_("Scores"),
    "own": N_("Your own"),
    "pay": N_("Pay"),
}
"""Groups in the order in which they are listed."""
_RETENTION = frozenset({"nrr", "grr", "renewed_logos"})
_VOLUME = frozenset({"leads", "mqls", "sqls", "meetings"})
_REVENUE = frozenset({
    "won_revenue", "won_deals", "new_arr", "expansion_arr", "renewal_arr", "contracted_arr",
    "ordered_revenue", "invoiced_revenue", "cash_collected", "sourced_revenue", "influenced_revenue",
    "pipeline_created", "qualified_opportunities",
})  # fmt: skip


def group_of(code: str) -> str:
    """The group of a measure, a code of GROUPS."""
    for group, codes in (("revenue", _REVENUE), ("retention", _RETENTION), ("volume", _VOLUME)):
        if code in codes:
            return group
    if code.startswith("payouts:"):
        return "pay"
    if code.startswith("score:"):
        return "score"
    return "health" if code in names.MEASURES else "own"


def in_groups(codes: Iterable[str]) -> list[str]:
    """The measures group by group, else in the order they came."""
    order = list(GROUPS)
    return sorted(codes, key=lambda code: order.index(group_of(code)))


def listed(code: str, own: Mapping[str, str]) -> str:
    """A measure as a list to choose from shows it, its group first."""
    if code.startswith("payouts:"):
        return names.measure(code, own)  # which says itself that it is pay
    group = gettext(GROUPS[group_of(code)])
    return _("{group} · {measure}").format(group=group, measure=names.measure(code, own))
