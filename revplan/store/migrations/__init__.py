"""Migrations of the records database, run when it is opened."""
