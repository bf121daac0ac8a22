"""The health of the company: key figures by month, quarter and year, each a fraction of whole numbers."""
