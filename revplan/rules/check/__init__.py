"""The plan check: what is refused, and what is flagged, before anything is calculated."""
