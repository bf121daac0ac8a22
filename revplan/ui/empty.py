"""What a page shows when there is nothing yet: a sentence, and the step that changes it."""

import streamlit as st

from revplan.ui import navigation
from revplan.ui.text import plain


def empty(sentence: str, page: str = "", label: str = "") -> None:
    """A quiet box with `sentence` and, when `page` is named ("Data"), a link to it."""
    with st.container(border=True):
        st.markdown(plain(sentence))
        if page:
            navigation.link(page, label)
