"""What leaves the app as a file: CSV files, single tables and the plan workbook."""
