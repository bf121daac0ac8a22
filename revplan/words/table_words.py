"""A component's table in plain words, made from its record, and what words need besides it.

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
    AverageRate,
    BoundedTable,
    Component,
    Keyed,
    Linear,
    Marginal,
    Overage,
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
from revplan.words import _, formats
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
        return share_text(value) if unit == "ratio" else formats.number(value, 4)

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
            return share_text(value)
        return self.terms.figure(value, self.terms.unit(self.component.measure))

    def y(self, value: Decimal) -> str:
        """What a point or a step pays."""
        if self.multiplies:
            return multiple_text(value)
        if isinstance(self.component.pays, PaysRate) and self.component.input == "attainment":
            if self.terms.unit(self.component.measure) == "money":
                return _("{share} of the quota").format(share=share_text(value))
            return _("{amount} for each of the quota").format(amount=self.terms.money(value))
        return share_text(value) if self._of_incentive else self.terms.money(value)

    def rate(self, value: Decimal) -> str:
        """A rate: a share, money for each, or a multiple of the incentive."""
        if self.multiplies or self._of_incentive:
            return multiple_text(value)
        fixed = isinstance(self.component.pays, PaysFixed) or self._pool_by_attainment
        paid_on = self.component.pays_on.measure or self.component.measure
        if fixed or self.terms.unit(paid_on) != "money":
            return self.terms.money(value)
        return share_text(value)

    @property
    def _pool_by_attainment(self) -> bool:
        return isinstance(self.component.pays, PaysPool) and self.component.input in ("attainment", "value")

    @property
    def _of_incentive(self) -> bool:
        return isinstance(self.component.pays, PaysIncentive)


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


def multiple_text(value: Decimal) -> str:
    """A rate of the incentive, or what multiplies a payout: 1.5×."""
    return formats.number(value, 4) + "×"


def share_text(value: Decimal) -> str:
    """A fraction as a percentage with the decimals that it has, up to four."""
    return formats.percent(round_half_away(Fraction(value) * MILLION), 4)
