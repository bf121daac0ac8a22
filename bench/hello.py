"""The smallest app worth comparing with: a title, a slider and a figure."""

import streamlit as st

st.title("Hello")
st.metric("Twice", 2 * st.slider("Number", 0, 100, 50))
