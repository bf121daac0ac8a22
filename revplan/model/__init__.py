"""Frozen records: plans, targets, the company, the canonical tables, the book and a run's results."""
