"""Adjustments of finished lines: pay held and released, draws, clawbacks, corrections."""
