"""Metric cards: a compact figure, the exact one on hover, and one line of context."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from revplan.ui.text import plain
from revplan.words import formats


@dataclass(frozen=True)
class Card:
    """A figure with its label. `exact`, `made_of` (a line each) and `help` show on hover, `context` below."""

    label: str
    value: str
    exact: str = ""
    context: str = ""
    help: str = ""
    made_of: tuple[str, ...] = ()


def money_card(
    label: str, minor: int | None, currency: str, digits: int, context: str = "", help: str = ""
) -> Card:
    """A card of an amount in minor units: compact, with the exact amount on hover."""
    exact = formats.money(minor, currency, digits)
    return Card(label, formats.compact_money(minor, currency, digits), exact, context, help)


def cards(items: Sequence[Card]) -> None:
    """Cards in a row that wraps on a narrow screen."""
    if not items:
        return
    with st.container(horizontal=True):
        for card in items:
            hover = "\n\n".join(plain(text) for text in (card.exact, *card.made_of, card.help) if text)
            st.metric(
                plain(card.label),
                card.value,
                delta=card.context or None,
                delta_color="off",
                delta_arrow="off",
                help=hover or None,
                border=True,
                height="stretch",
            )
