"""What came of a step: said once, where the page is drawn next."""

import streamlit as st

from revplan.ui.text import plain

_SAID, _REFUSED = "flash_said_", "flash_refused_"


def say(place: str, text: str) -> None:
    """Say that it is done; `place` names where, as `draw` does."""
    st.session_state[_SAID + place] = text


def refuse(place: str, text: str) -> None:
    """Say why it was not done."""
    st.session_state[_REFUSED + place] = text


def draw(place: str) -> None:
    """Show what was said for that place since it was last drawn."""
    if said := st.session_state.pop(_SAID + place, ""):
        st.success(plain(said))
    if refused := st.session_state.pop(_REFUSED + place, ""):
        st.error(plain(refused))
