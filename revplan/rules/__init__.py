"""The rules of pay: people in time, quotas, credit, cells, groups, the ledger, and the run."""
