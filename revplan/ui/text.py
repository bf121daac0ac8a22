"""Text on the screen: names are user data, and Markdown must show them as they are."""

import streamlit as st

_MARKS = frozenset("\\`*_{}[]()#+-.!|<>~$:&")


def plain(text: str) -> str:
    """Text that Markdown draws exactly as written: no formula, link, colour or emoji out of a name."""
    return "".join(f"\\{mark}" if mark in _MARKS else mark for mark in text.replace("\n", " "))


def opening(text: str) -> None:
    """The one plain sentence with which a page opens. `text` is shown as it is, never as Markdown."""
    st.subheader(plain(text), anchor=False)


def heading(text: str, level: int = 4) -> None:
    """A part's heading. `text` is shown as it is."""
    st.markdown(f"{'#' * level} {plain(text)}")
