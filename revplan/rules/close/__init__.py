"""Closing periods: what a close keeps, and what comes late for it."""
