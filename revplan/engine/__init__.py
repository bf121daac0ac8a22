"""Compute: SQL over Arrow tables and Parquet files, in DuckDB inside this process."""
