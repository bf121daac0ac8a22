"""Scenarios: what a plan would pay if something were otherwise."""
