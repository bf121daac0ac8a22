"""The screen: frame, filters, tables, charts. The only part that knows Streamlit and Plotly."""
