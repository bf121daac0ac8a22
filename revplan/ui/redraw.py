"""Drawing anew at once, from inside a fragment."""

import streamlit as st
from streamlit.errors import StreamlitAPIException


def redraw() -> None:
    """Run again at once: the fragment alone where only it is running, else the whole page."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
