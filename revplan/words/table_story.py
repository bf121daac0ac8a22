"""What a rate table makes of an input, in sentences: slice by slice, between points, or step by step."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from revplan.model.explanation import Explanation, Slice, TableStep
from revplan.model.plan import Keyed, Steps, Whole
from revplan.money import MILLION, round_half_away
from revplan.words import _, formats
from revplan.words.table_words import Said, Terms, first_point, last_point


def table_story(step: TableStep, told: Explanation, terms: Terms) -> Iterator[str]:
    """Where the input lies in the table, what each part of it earns, and what that is together."""
    said = _Words(told, terms)
    table = step.table
    if step.place == "undefined":
        yield _("The table cannot be read here, so it pays nothing.")
    elif step.place == "before_first":
        yield _before_first(step, said)
    elif step.place == "after_last":
        text = _("{reached} lies beyond the end of the table at {last}: it pays {amount}.")
        last = said.terms.x(last_point(table) or Decimal(0))
        yield text.format(reached=said.x(step.x), last=last, amount=said.money(step.amount))
    elif isinstance(table, Steps):
        yield _steps(step, table, said)
    elif step.between:
        yield _between(step, said)
    else:
        yield from _slices(step, said)


class _Words:
    """How inputs, quantities and rates of one component's table are written."""

    def __init__(self, told: Explanation, terms: Terms) -> None:
        self.terms = Said(told.component, terms)
        self._told = told
        self._terms = terms
        self._of_attainment = told.component.input == "attainment"

    def money(self, minor: int) -> str:
        return formats.money(minor, self._terms.currency, self._terms.digits)

    def x(self, value: Fraction | None) -> str:
        """An input of the table: a share of the target, an amount or a value."""
        if value is None:
            return formats.NOTHING
        unit = self._told.x.unit
        if self._of_attainment or unit == "ratio":
            return formats.percent(round_half_away(value * MILLION), 4)
        return formats.amount(round_half_away(value), unit, self._terms.currency, self._terms.digits)

    def width(self, part: Slice) -> str:
        """How much lies in a slice: what counted there where that is what a rate pays on, else its share."""
        if part.counted is not None and self._told.component.pays.way == "rate":
            paid = self._told.paid_on
            unit = self._told.x.unit if paid is None else paid.unit
            return formats.amount(
                round_half_away(part.counted), unit, self._terms.currency, self._terms.digits
            )
        if self._of_attainment:
            return _("{share} of the target").format(share=self.x(part.end - part.start))
        return self.x(part.end - part.start)


def _before_first(step: TableStep, said: _Words) -> str:
    if step.x is not None and step.x < 0:
        text = _("The result is below 0, for which the table pays {amount}.")
    else:
        text = _("{reached} is below {first}, from which the table starts to pay.")
        if step.amount:
            text = _("{reached} is below {first}, where the table starts, and pays {amount}.")
    first = said.terms.x(first_point(step.table))
    return text.format(reached=said.x(step.x), first=first, amount=said.money(step.amount))


def _steps(step: TableStep, table: Steps, said: _Words) -> str:
    text = _("{reached} reaches step {number} of {count}, which pays {amount}.")
    if table.add_up:
        text = _("{reached} reaches {number} of {count} steps, which pay {amount} together.")
    return text.format(
        reached=said.x(step.x), number=step.tier, count=step.tiers, amount=said.money(step.amount)
    )


def _between(step: TableStep, said: _Words) -> str:
    (start, low), (end, high) = step.between
    is_rate = step.table.kind == "average_rate"
    shown = said.terms.rate if is_rate else said.terms.y
    text = _("{reached} lies on the line from {low} at {start} to {high} at {end}: it pays {amount}.")
    return text.format(
        reached=said.x(step.x),
        start=said.terms.x(start),
        low=shown(low),
        end=said.terms.x(end),
        high=shown(high),
        amount=said.money(step.amount),
    )


def _slices(step: TableStep, said: _Words) -> Iterator[str]:
    table = step.table
    if isinstance(table, Keyed):
        yield from _keyed(step, said)
        return
    if isinstance(table, Whole) and step.tiers > 1:
        yield _("{reached} reaches tier {number} of {count}, whose rate holds for everything.").format(
            reached=said.x(step.x), number=max(step.tier, 1), count=step.tiers
        )
    if step.slices and step.slices[0].start > 0:
        yield _("Nothing is paid up to {start}.").format(start=said.x(step.slices[0].start))
    for number, part in enumerate(step.slices):
        if number or part.start > 0:
            text = _("The next {width}, at {rate}, pays {earned}.")
        elif len(step.slices) > 1:
            text = _("The first {width}, at {rate}, pays {earned}.")
        else:
            text = _("All of it, {width} at {rate}, pays {earned}.")
        yield text.format(
            width=said.width(part), rate=said.terms.rate(part.rate), earned=said.money(part.earned)
        )
    if len(step.slices) > 1:
        yield _("That is {amount} together.").format(amount=said.money(step.amount))


def _keyed(step: TableStep, said: _Words) -> Iterator[str]:
    """What the deals of each rate pay."""
    for part in step.slices:
        text = _("{width} of the deals, at {rate}, pays {earned}.")
        yield text.format(
            width=said.width(part), rate=said.terms.rate(part.rate), earned=said.money(part.earned)
        )
    if len(step.slices) != 1:
        yield _("By their rates the deals pay {amount} together.").format(amount=said.money(step.amount))
