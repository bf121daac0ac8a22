"""The way in: Home. Every page has its own address under it."""

import streamlit as st

st.switch_page("pages/1_Home.py")
