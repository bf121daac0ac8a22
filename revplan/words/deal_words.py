"""Which deals a component counts, and what limits each, in plain words."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from revplan.model.deals import Which
from revplan.money import MILLION, round_half_away
from revplan.words import N_, _, formats, names, ngettext

KINDS = {"new": N_("new business"), "expansion": N_("expansion"), "renewal": N_("renewal")}
"""Kinds of deals."""


def which_words(which: Which, money: Callable[[Decimal], str], between: str = "; ") -> str:
    """What a deal has to be, as a list: "product X; a term of 24 months or more"; "" for any deal."""
    months, found = which.min_term_months, []
    if which.products:
        found.append(_("product {names}").format(names=_any_of(which.products)))
    if which.segments:
        found.append(_("segment {names}").format(names=_any_of(which.segments)))
    if which.kinds:
        found.append(_any_of([names.named(KINDS, kind).lower() for kind in which.kinds]))
    if months is not None:
        text = ngettext("a term of {number} month or more", "a term of {number} months or more", months)
        found.append(text.format(number=months))
    if which.max_discount is not None:
        share = formats.percent(round_half_away(Fraction(which.max_discount) * MILLION), 2)
        found.append(_("a discount of at most {share}").format(share=share))
    if which.min_amount is not None:
        found.append(_("an amount of {amount} or more").format(amount=money(which.min_amount)))
    if which.from_ is not None:
        found.append(_("from {day} on").format(day=formats.day(which.from_)))
    if which.to is not None:
        found.append(_("before {day}").format(day=formats.day(which.to)))
    return between.join(found)


def _any_of(listed: "tuple[str, ...] | list[str]") -> str:
    return _(" or ").join(listed)
