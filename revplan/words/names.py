"""Names of the things every page speaks of: measures, periods, roles, statuses, ways to pay."""

from collections.abc import Callable, Mapping

from revplan.words import N_, _, gettext

MEASURES = {
    "leads": N_("Leads"),
    "mqls": N_("Marketing-qualified leads"),
    "sqls": N_("Sales-qualified leads"),
    "meetings": N_("Meetings held"),
    "won_revenue": N_("Won revenue"),
    "won_deals": N_("Won deals"),
    "new_arr": N_("New ARR"),
    "expansion_arr": N_("Expansion ARR"),
    "renewal_arr": N_("Renewal ARR"),
    "contracted_arr": N_("Contracted ARR"),
    "sourced_revenue": N_("Revenue sourced by marketing"),
    "influenced_revenue": N_("Revenue influenced by marketing"),
    "pipeline_created": N_("Pipeline created"),
    "qualified_opportunities": N_("Qualified opportunities"),
    "renewed_logos": N_("Customers renewed"),
    "ordered_revenue": N_("Ordered revenue"),
    "invoiced_revenue": N_("Invoiced revenue"),
    "cash_collected": N_("Cash collected"),
    "nrr": N_("Net revenue retention"),
    "grr": N_("Gross revenue retention"),
}
COUNTED = {
    "leads": N_("Lead"),
    "touches": N_("Marketing touch"),
    "opportunities": N_("Deal"),
    "quotes": N_("Quote"),
    "orders": N_("Order"),
    "contracts": N_("Contract"),
    "invoices": N_("Invoice"),
    "payments": N_("Payment"),
    "usage": N_("Product usage"),
    "meetings": N_("Meeting"),
    "renewal_arr": N_("Renewal"),
    "renewed_logos": N_("Renewal"),
}
"""One of what a measure counts: by the measure where it has a word of its own, else by its table."""
GRAINS = {"month": N_("month"), "quarter": N_("quarter"), "half": N_("half-year"), "year": N_("year")}
GRAINS_LONG = {
    "month": N_("by month"),
    "quarter": N_("by quarter"),
    "half": N_("by half-year"),
    "year": N_("by year"),
}
ROLES = {
    "cro": N_("Chief revenue officer"),
    "finance": N_("Finance"),
    "lead": N_("Team lead"),
    "payee": N_("Payee"),
    "none": N_("No access"),
}
TEAM_KINDS = {
    "marketing": N_("Marketing"),
    "sales": N_("Sales"),
    "success": N_("Customer success"),
    "other": N_("Other"),
}
STATUSES = {
    "final": N_("Final"),
    "open": N_("Open so far"),
    "locked": N_("Closed"),
    "future": N_("Not started"),
}
SCOPES = {
    "own": N_("own result"),
    "team": N_("the team's result"),
    "shared": N_("the shared result of all teams"),
}
WAYS = {
    "rate": N_("Money per unit"),
    "incentive": N_("Share of target incentive"),
    "fixed": N_("Fixed amounts"),
    "pool": N_("A pool that people share"),
}
PARTS = {
    "deal": N_("Deal"),
    "catch_up": N_("Catch-up on earlier deals"),
    "zero_credit": N_("Paid before any deal counts"),
    "limit": N_("Held by a floor, cap or multiplier"),
    "value": N_("Paid on the measure's value"),
    "pool": N_("Part of the pool"),
    "payouts": N_("Paid on what others are paid"),
    "earlier": N_("Already paid in earlier periods"),
    "payee_limit": N_("Above the most that one person is paid"),
    "budget": N_("Above the plan's budget"),
}
ADJUSTMENTS = {
    "held": N_("Held back"),
    "at_risk": N_("At risk"),
    "clawback": N_("Clawback"),
    "released": N_("Released"),
    "draw": N_("Draw"),
    "draw_recovered": N_("Draw recovered"),
    "draw_forgiven": N_("Draw forgiven"),
    "correction": N_("Correction"),
    "true_up": N_("True-up of a closed period"),
    "carried": N_("Carried to later months"),
    "carried_recovered": N_("Carried from earlier months"),
    "carried_forgiven": N_("Carried amount forgiven"),
}
LIMITS = {"floor": N_("floor"), "cap": N_("cap")}
BECAME = {"new": N_("New"), "changed": N_("Changed"), "unchanged": N_("Unchanged")}
"""What a row of an upload is for its table."""
EXPECTED = {
    text: text
    for text in (
        N_("text in quotes"),
        N_("true or false"),
        N_("a whole number"),
        N_("a list in square brackets"),
        N_("a table"),
    )
}
"""What a plan's text should hold at some place, as the model names it."""
SEVERITIES = {"error": N_("Must be fixed"), "warning": N_("Worth a look"), "note": N_("Good to know")}
CREDIT_RULES = {
    "owner": N_("the owner"),
    "splits": N_("the agreed splits, else the owner"),
    "csm": N_("the account's customer-success manager"),
    "first_touch": N_("marketing, by the first touch"),
    "last_touch": N_("marketing, by the last touch"),
    "linear": N_("marketing, by all touches equally (linear)"),
    "position": N_("marketing, mostly by the first and last touch (U-shaped)"),
    "w_shape": N_("marketing, mostly by first touch, lead and opportunity (W-shaped)"),
    "full_path": N_("marketing, mostly by first touch, lead, opportunity and last touch (full path)"),
    "time_decay": N_("marketing, the later a touch the more (time decay)"),
}
DRIVERS = {
    "pipeline": N_("Open pipeline"),
    "new": N_("Business not in the pipeline yet"),
    "renewals": N_("Renewals"),
    "slip": N_("Deals that slip out"),
}
"""What the spread of trials hangs on."""


def named(names: Mapping[str, str], code: str) -> str:
    """The word for `code` in the reader's language; an unknown code with spaces for underscores."""
    found = names.get(code)
    return gettext(found) if found else code.replace("_", " ").strip().capitalize()


def measure(code: str, own: Mapping[str, str] | None = None) -> str:
    """A measure's name; `own` maps the company's own measures to their names. A score goes by its KPI,
    a short one in capitals (score:csat → CSAT); payouts by the plan and component that pay them."""
    if code.startswith("payouts:"):
        paid = (own or {}).get(code) or code.removeprefix("payouts:").replace("/", " · ")
        return _("Pay from {plan}").format(plan=paid)
    kpi = code.removeprefix("score:")
    if kpi != code:
        return kpi.upper() if len(kpi) < 5 else kpi.replace("_", " ").strip().capitalize()
    return (own or {}).get(code) or named(MEASURES, code)


def seat(name: str) -> str:
    """An open seat: what nobody holds yet."""
    return _("Open seat: {name}").format(name=name)


def counted(measure: str, table: str) -> str:
    """One of what a measure on `table` counts: a lead, a deal, a renewal; a deal where nothing is known."""
    return named(COUNTED, measure if measure in COUNTED else table if table in COUNTED else "opportunities")


_plan_sets: list[Callable[[], Mapping[str, str]]] = []


def ask_plan_sets(source: Callable[[], Mapping[str, str]]) -> None:
    """Register where to ask for the names that a company gives its plan sets, by id (the app's workspace)."""
    if source not in _plan_sets:
        _plan_sets.append(source)


def plan_set(name: str) -> str:
    """A plan set as a reader knows it: as the company calls it, else the two of the sample in words, else by
    its id."""
    given = next((said for source in _plan_sets if (said := source().get(name))), "")
    known = {"volume": _("Today's plans (volume)"), "shared": _("Shared revenue plans")}
    return given or known.get(name, name)


def status(code: str) -> str:
    """Final, open so far, or not started."""
    return named(STATUSES, code)


def part_kind(code: str) -> str:
    """What a part of a line is, when it is not a deal's own name."""
    return named(PARTS, code)


def adjustment(code: str) -> str:
    """The kind of an adjustment."""
    return named(ADJUSTMENTS, code)


def role(code: str) -> str:
    """A viewer's role."""
    return named(ROLES, code)


def grain(code: str) -> str:
    """month, quarter, half-year, year."""
    return named(GRAINS, code)
