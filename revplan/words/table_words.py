"""A component's terms in plain words, made from its record: for the Plans page and the workbook.

Plan numbers are in major units. A tier's rate is read by the way the component pays: a share of the
amount (8%) or money for each thing (250) for `rate`, a multiple (1.5×) for `incentive`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from revplan.metrics.measures import measures as all_measures
from revplan.metrics.measures import payout_titles
from revplan.model.book import Company
from revplan.model.deals import Which
from revplan.model.plan import (
    Alternative,
    AverageRate,
    BoundedTable,
    Component,
    Condition,
    Counted,
    Keyed,
    Limit,
    Linear,
    Marginal,
    Overage,
    PayLimit,
    PaysFixed,
    PaysIncentive,
    PaysPool,
    PaysRate,
    Plan,
    Steps,
    Table,
    Tiered,
    Whole,
)
from revplan.model.results import Unit
from revplan.model.targets import Target
from revplan.money import MILLION, round_half_away, to_minor
from revplan.words import _, formats, gettext, names, ngettext
from revplan.words.credit_words import credit_terms
from revplan.words.deal_words import which_words


@dataclass(frozen=True)
class Terms:
    """What the words need besides the component: money, names of targets and of the company's own
    measures, and the unit of each measure (money when it is not listed)."""

    currency: str
    digits: int = 2
    targets: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)

    def money(self, value: Decimal) -> str:
        """Money in major units, without a fraction when there is none."""
        if value == value.to_integral_value():
            return formats.money(int(value), self.currency, 0)
        return formats.money(to_minor(value, self.digits), self.currency, self.digits)

    def figure(self, value: Decimal, unit: Unit) -> str:
        """A figure in a measure's unit."""
        if unit == "money":
            return self.money(value)
        return _share(value) if unit == "ratio" else formats.number(value, 4)

    def unit(self, measure: str) -> Unit:
        """A measure's unit; a score is a ratio."""
        return "ratio" if measure.startswith("score:") else self.units.get(measure, "money")


def terms_for(company: Company, targets: Iterable[Target], plans: Iterable[Plan] = ()) -> Terms:
    """What the words need of a book: its money, its targets' names, and every measure with its unit.

    With `plans`, what they pay goes by their names, where other components count it.
    """
    known = all_measures(company)
    return Terms(
        currency=company.currency,
        digits=company.digits,
        targets={target.id: target.name for target in targets},
        measures={own.id: own.name for own in company.measures} | payout_titles(plans),
        units={name: measure.unit for name, measure in known.items()},
    )


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
    share = text.format(multiple=_share(limit.of_incentive))
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


def table_in_words(table: Table, component: Component, terms: Terms, *, multiplies: bool = False) -> str:
    """A table: its bands or points, and what happens before the first and after the last.

    `multiplies` says that its values multiply a payout. Rates and multipliers are multiples (1.5×), a part
    of the incentive is a share of it (150%).
    """
    said = Said(component, terms, multiplies)
    match table:
        case Marginal():
            body = _("Each part of the result pays its own rate: {bands}.").format(bands=_bands(table, said))
        case Whole():
            body = _("The tier reached sets the rate for the whole result: {bands}.").format(
                bands=_bands(table, said)
            )
        case Overage():
            body = _(
                "The first rate pays up to {above}; the tier reached pays on all above it: {bands}."
            ).format(above=said.x(table.above), bands=_bands(table, said))
        case Linear():
            points = _points([(p.at, said.y(p.pays)) for p in table.points], said)
            body = _("Rises in straight lines between these points: {points}.").format(points=points)
        case AverageRate():
            points = _points([(p.at, said.rate(p.rate)) for p in table.points], said)
            body = _("The average rate rises between these points: {points}.").format(points=points)
        case Steps():
            points = _points([(p.at, said.y(p.pays)) for p in table.steps], said)
            text = (
                _("Every step reached pays, added up: {points}.")
                if table.add_up
                else _("The highest step reached pays: {points}.")
            )
            body = text.format(points=points)
        case Keyed():
            return _keyed(table, said)
    return " ".join(filter(None, [body, *_ends(table, said)]))


@dataclass(frozen=True)
class Said:
    """How the inputs and values of one component's table are written."""

    component: Component
    terms: Terms
    multiplies: bool = False

    def x(self, value: Decimal) -> str:
        """An input of the table, such as a threshold."""
        if self.component.input == "attainment":
            return _share(value)
        return self.terms.figure(value, self.terms.unit(self.component.measure))

    def y(self, value: Decimal) -> str:
        """What a point or a step pays."""
        if self.multiplies:
            return _multiple(value)
        if isinstance(self.component.pays, PaysRate) and self.component.input == "attainment":
            if self.terms.unit(self.component.measure) == "money":
                return _("{share} of the quota").format(share=_share(value))
            return _("{amount} for each of the quota").format(amount=self.terms.money(value))
        return _share(value) if self._of_incentive else self.terms.money(value)

    def rate(self, value: Decimal) -> str:
        """A rate: a share, money for each, or a multiple of the incentive."""
        if self.multiplies or self._of_incentive:
            return _multiple(value)
        fixed = isinstance(self.component.pays, PaysFixed) or self._pool_by_attainment
        paid_on = self.component.pays_on.measure or self.component.measure
        if fixed or self.terms.unit(paid_on) != "money":
            return self.terms.money(value)
        return _share(value)

    @property
    def _pool_by_attainment(self) -> bool:
        return isinstance(self.component.pays, PaysPool) and self.component.input in ("attainment", "value")

    @property
    def _of_incentive(self) -> bool:
        return isinstance(self.component.pays, PaysIncentive)


def _way(component: Component, terms: Terms) -> str:
    pays = component.pays
    if isinstance(pays, PaysIncentive):
        return _("Pays {share} of target incentive, times the table.").format(share=_share(pays.weight))
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


def _keyed(table: Keyed, said: Said) -> str:
    told = [
        _("{deals}: {rate}").format(deals=entry_words(e, said.terms), rate=said.rate(e.rate))
        for e in table.rates
    ]
    text = _("Each deal has the rate of what it is, the most specific first: {rates}; all others {rate}.")
    return text.format(rates="; ".join(told), rate=said.rate(table.otherwise))


def entry_words(which: Which, terms: Terms) -> str:
    """Which deals an entry of keyed rates or factors is for."""
    return which_words(which, terms.money, _(", ")) or _("every deal")


def _pays_on(component: Component, terms: Terms) -> list[str]:
    pays_on, found = component.pays_on, []
    if pays_on.measure is not None:
        measure = names.measure(pays_on.measure, terms.measures)
        found.append(_("What counts there pays on its {measure}.").format(measure=measure))
    if pays_on.factors:
        told = [
            _("{deals}: {factor}").format(deals=entry_words(each, terms), factor=_share(each.factor))
            for each in pays_on.factors
        ]
        text = _("A deal counts in full and pays on a share of it: {factors}; all others {factor}.")
        found.append(text.format(factors="; ".join(told), factor=_share(pays_on.otherwise)))
    elif pays_on.otherwise != 1:
        found.append(_("A deal pays on {factor} of what it counts.").format(factor=_share(pays_on.otherwise)))
    return found


def _bands(table: Tiered, said: Said) -> str:
    told = []
    for position, tier in enumerate(table.tiers):
        following = table.tiers[position + 1].from_ if position + 1 < len(table.tiers) else tier.to
        if following is None:
            text = _("from {start}, {rate}") if tier.from_ else _("from the first unit, {rate}")
        else:
            text = _("from {start} to {end}, {rate}") if tier.from_ else _("up to {end}, {rate}")
        end = "" if following is None else said.x(following)
        told.append(text.format(start=said.x(tier.from_), end=end, rate=said.rate(tier.rate)))
    return "; ".join(told)


def _points(points: list[tuple[Decimal, str]], said: Said) -> str:
    text = _("at {point}, {value}")
    return "; ".join(text.format(point=said.x(at), value=value) for at, value in points)


def first_point(table: Table) -> Decimal:
    """Where the table starts."""
    match table:
        case Keyed():
            return Decimal(0)
        case Linear() | AverageRate():
            return table.points[0].at
        case Steps():
            return table.steps[0].at
        case _:
            return table.tiers[0].from_


def last_point(table: Table) -> Decimal | None:
    """Where the table ends; None where it does not."""
    match table:
        case Keyed():
            return None
        case Linear() | AverageRate():
            return table.points[-1].at
        case Steps():
            return None  # a step holds for ever
        case _:
            return table.tiers[-1].to


def _ends(table: BoundedTable, said: Said) -> list[str]:
    """What is paid before the first band and after the last, where that is not plain already."""
    found = []
    first, last = first_point(table), last_point(table)
    if first > 0:
        text = {
            "zero": _("Below {point} it pays nothing."),
            "flat": _("Below {point} it pays as much as there."),
            "extend": _("Below {point} the first line goes on."),
        }[table.before_first]
        found.append(text.format(point=said.x(first)))
    if last is not None and table.after_last != "extend":
        text = (
            _("Above {point} nothing more is earned.")
            if table.after_last == "flat"
            else _("Above {point} it pays nothing.")
        )
        found.append(text.format(point=said.x(last)))
    if table.edge == "lower":
        found.append(_("Exactly on a threshold, the lower tier counts."))
    if table.on_negative == "zero":
        found.append(_("A negative result pays nothing."))
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
        return _("{measure} reaches {least}").format(measure=what, least=_share(condition.at_least))
    measure, scope = names.measure(condition.measure, terms.measures), gettext(names.SCOPES[condition.scope])
    if condition.target:
        target = terms.targets.get(condition.target, condition.target)
        text = _("{measure} ({scope}) reaches {least} of the target {target}")
        if condition.edge == "lower":
            text = _("{measure} ({scope}) passes {least} of the target {target}")
        return text.format(measure=measure, scope=scope, least=_share(condition.at_least), target=target)
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


def _multiple(value: Decimal) -> str:
    """A rate of the incentive, or what multiplies a payout: 1.5×."""
    return formats.number(value, 4) + "×"


def _share(value: Decimal) -> str:
    """A fraction as a percentage with the decimals that it has, up to four."""
    return formats.percent(round_half_away(Fraction(value) * MILLION), 4)
