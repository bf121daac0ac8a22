"""Larkfield Software, an invented company: its people, customers, deals and campaigns, always the same."""
