"""A component's terms in plain words, made from its record: for the Plans page and the workbook."""

from decimal import Decimal

from revplan.model.plan import (
    Alternative,
    Component,
    Condition,
    Counted,
    Limit,
    PayLimit,
    PaysFixed,
    PaysIncentive,
    PaysPool,
    Plan,
)
from revplan.words import _, formats, gettext, names, ngettext
from revplan.words.credit_words import credit_terms
from revplan.words.deal_words import which_words
from revplan.words.table_words import Terms, entry_words, share_text, table_in_words


def component_terms(component: Component, terms: Terms) -> tuple[str, ...]:
    """The component in sentences: what counts, how it pays, its multiplier, gates, limits and timing."""
    return tuple(filter(None, [
        what_counts(component, terms),
        *credit_terms(component),
        how_it_pays(component, terms),
        *_pays_on(component, terms),
        *(_alternative(each, component, terms) for each in component.when),
        _multiplier(component, terms),
        *(_gate(condition, terms) for gate in component.gates for condition in gate.all_of),
        _limit(component.floor, _("Never less than {limit}."), terms),
        _limit(component.cap, _("Never more than {limit}."), terms),
        *_deals(component, terms),
        timing(component),
        *_earned_when(component),
    ]))  # fmt: skip


def plan_limits(plan: Plan, terms: Terms) -> tuple[str, ...]:
    """The limits on what the plan pays, in sentences; nothing where there are none."""
    named = {component.id: component.name for component in plan.components}
    found = []
    for limit in plan.payee_limits:
        of = formats.listed([named.get(name, name) for name in limit.components]) if limit.components else ""
        text = (
            _("{components} together pay one person at most {limit} a {grain}.")
            if of
            else _("One person is paid at most {limit} a {grain}.")
        )
        found.append(text.format(components=of, limit=_most(limit, terms), grain=names.grain(limit.per)))
    if plan.budget is not None:
        text = _("Everybody together is paid at most {limit} a {grain}; what is above is cut pro rata.")
        money = terms.money(plan.budget.amount)
        found.append(text.format(limit=money, grain=names.grain(plan.budget.per)))
    return tuple(found)


def _most(limit: Limit, terms: Terms) -> str:
    """Money, a share of target incentive, or both added."""
    amount = "" if limit.amount is None else terms.money(limit.amount)
    if limit.of_incentive is None:
        return amount
    text = (
        _("{multiple} of target incentive")
        if isinstance(limit, PayLimit)
        else _("{multiple} of the period's target incentive")
    )
    share = text.format(multiple=share_text(limit.of_incentive))
    return _("{amount} plus {share}").format(amount=amount, share=share) if amount else share


def what_counts(counted: Counted, terms: Terms) -> str:
    """Which measure, whose result, against which target."""
    measure = names.measure(counted.measure, terms.measures)
    scope = gettext(names.SCOPES[counted.scope])
    if counted.target:
        target = terms.targets.get(counted.target, counted.target)
        return _("Counts {measure}, {scope}, against the target {target}.").format(
            measure=measure, scope=scope, target=target
        )
    return _("Counts {measure}, {scope}.").format(measure=measure, scope=scope)


def how_it_pays(component: Component, terms: Terms) -> str:
    """The way it pays and its table, in words."""
    return " ".join(filter(None, [_way(component, terms), table_in_words(component.table, component, terms)]))


def timing(component: Component) -> str:
    """Over which period it is measured, and when it is paid."""
    measured, paid = component.measured_per, component.paid_per or component.measured_per
    if paid == measured:
        return _("Measured and paid each {grain}.").format(grain=names.grain(measured))
    if component.accumulation == "cumulative":
        text = _("Measured over the {measured} and paid each {paid}, less what was already paid.")
    else:
        text = _("Measured each {measured}, paid each {paid}.")
    return text.format(measured=names.grain(measured), paid=names.grain(paid))


def _earned_when(component: Component) -> list[str]:
    """What divides a result so far, whether a fall takes back, and who is paid, where it is not the usual."""
    found = []
    if component.accumulation == "cumulative":
        if component.divides_by == "to_date":
            found.append(_("The result so far is divided by the target so far."))
        if component.recovers:
            found.append(_("A result that falls takes back what was overpaid."))
    if component.eligibility == "at_period_end":
        found.append(_("Paid to whom the plan covers on the last day of the period."))
    return found


def _way(component: Component, terms: Terms) -> str:
    pays = component.pays
    if isinstance(pays, PaysIncentive):
        return _("Pays {share} of target incentive, times the table.").format(share=share_text(pays.weight))
    if isinstance(pays, PaysFixed):
        if component.table_per == "transaction":
            return _("Pays fixed amounts, for each deal by itself.")
        return _("Pays fixed amounts.")
    if isinstance(pays, PaysPool):
        return _pool(pays, terms)
    if component.table_per == "transaction":
        return _("Pays a rate on each deal by itself.")
    return _("Pays a rate on what counts.")


def _pool(pays: PaysPool, terms: Terms) -> str:
    told = [
        {
            "equal": _("Makes a pool that its members share equally."),
            "target_incentive": _("Makes a pool that its members share by target incentive."),
            "measure": _("Makes a pool that its members share by {measure}.").format(
                measure=names.measure(pays.claim.measure, terms.measures) if pays.claim else ""
            ),
        }[pays.by]
    ]
    if pays.in_all is not None:
        told.append(_("There are {number} claims in all.").format(number=formats.number(pays.in_all, 4)))
    lapses = _("What nobody takes is not paid.")
    shared = _("What somebody does not take, the others share.")
    return " ".join([*told, lapses if pays.untaken == "lapse" else shared])


def _pays_on(component: Component, terms: Terms) -> list[str]:
    pays_on, found = component.pays_on, []
    if pays_on.measure is not None:
        measure = names.measure(pays_on.measure, terms.measures)
        found.append(_("What counts there pays on its {measure}.").format(measure=measure))
    if pays_on.factors:
        told = [
            _("{deals}: {factor}").format(deals=entry_words(each, terms), factor=share_text(each.factor))
            for each in pays_on.factors
        ]
        text = _("A deal counts in full and pays on a share of it: {factors}; all others {factor}.")
        found.append(text.format(factors="; ".join(told), factor=share_text(pays_on.otherwise)))
    elif pays_on.otherwise != 1:
        found.append(
            _("A deal pays on {factor} of what it counts.").format(factor=share_text(pays_on.otherwise))
        )
    return found


def _multiplier(component: Component, terms: Terms) -> str:
    multiplier = component.multiplier
    if multiplier is None:
        return ""
    # A multiplier's table holds plain multiples of the payout, over the other measure's own input.
    unit = "attainment" if multiplier.target else "value"
    incentive = PaysIncentive(weight=Decimal(1))
    reading = component.model_copy(
        update={"measure": multiplier.measure, "input": unit, "pays": incentive, "multiplier": None}
    )
    return _("The result is multiplied by a table on {measure}. {table}").format(
        measure=names.measure(multiplier.measure, terms.measures),
        table=table_in_words(multiplier.table, reading, terms, multiplies=True),
    )


def _gate(condition: Condition, terms: Terms) -> str:
    return _("Pays only if {condition}.").format(condition=_condition(condition, terms))


def _condition(condition: Condition, terms: Terms) -> str:
    """What has to be reached, as a clause, over a period of its own where it has one."""
    reached = _reached(condition, terms)
    if condition.per is None or condition.component is not None:
        return reached  # what another component counts is counted over that one's period
    return _("{condition}, counted over the {grain}").format(
        condition=reached, grain=names.grain(condition.per)
    )


def _reached(condition: Condition, terms: Terms) -> str:
    if not condition.measure:
        what = _("what {component} counts").format(component=condition.component or "…")
        return _("{measure} reaches {least}").format(measure=what, least=share_text(condition.at_least))
    measure, scope = names.measure(condition.measure, terms.measures), gettext(names.SCOPES[condition.scope])
    if condition.target:
        target = terms.targets.get(condition.target, condition.target)
        text = _("{measure} ({scope}) reaches {least} of the target {target}")
        if condition.edge == "lower":
            text = _("{measure} ({scope}) passes {least} of the target {target}")
        return text.format(measure=measure, scope=scope, least=share_text(condition.at_least), target=target)
    text = _("{measure} ({scope}) reaches {least}")
    if condition.edge == "lower":
        text = _("{measure} ({scope}) passes {least}")
    least = terms.figure(condition.at_least, terms.unit(condition.measure))
    return text.format(measure=measure, scope=scope, least=least)


def _alternative(other: Alternative, component: Component, terms: Terms) -> str:
    """Another table, with the conditions under which it is read."""
    needed = formats.listed([_condition(condition, terms) for condition in other.all_of])
    table = table_in_words(other.table, component, terms)
    return _("When {conditions}, another table is read. {table}").format(conditions=needed, table=table)


def _limit(limit: Limit | None, text: str, terms: Terms) -> str:
    return "" if limit is None else text.format(limit=_most(limit, terms))


def _deals(component: Component, terms: Terms) -> list[str]:
    deals, unit = component.deals, terms.unit(component.measure)
    found = []
    if only := which_words(deals.only, terms.money):
        found.append(_("Only these deals count: {only}.").format(only=only))
    if deals.at_most is not None:
        text = ngettext(
            "At most {number} deal counts in a {grain}.",
            "At most {number} deals count in a {grain}.",
            deals.at_most,
        )
        grain = names.grain(component.per or component.measured_per)
        found.append(text.format(number=deals.at_most, grain=grain))
    if deals.minimum_credit is not None:
        found.append(
            _("Deals below {least} do not count.").format(least=terms.figure(deals.minimum_credit, unit))
        )
    if deals.credit_cap is not None:
        found.append(
            _("Of one deal, at most {most} counts.").format(most=terms.figure(deals.credit_cap, unit))
        )
    if deals.payout_cap is not None:
        found.append(_("One deal pays at most {most}.").format(most=terms.money(deals.payout_cap)))
    return found
