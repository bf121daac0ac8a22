"""Measures: what is counted, as dated facts; retention; attribution."""
