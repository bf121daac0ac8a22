"""A table as a file that other programs read: CSV, Parquet or JSON."""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from revplan.report.columns import Column, column_texts
from revplan.report.csv_files import csv_table

Format = Literal["csv", "parquet", "json"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "json")


def table_files(
    name: str, table: pa.Table, columns: Sequence[Column], digits: int, file_format: Format
) -> dict[str, bytes]:
    """The table as a file of a format, under its name. Parquet keeps whole minor units and millionths; CSV
    and JSON write decimals."""
    if file_format == "parquet":
        content = BytesIO()
        pq.write_table(table, content)
        return {f"{name}.parquet": content.getvalue()}
    if file_format == "csv":
        return {f"{name}.csv": csv_table(table, columns, digits)}
    texts = [column_texts(column, table, digits) for column in columns]
    rows = [dict(zip(table.column_names, row, strict=True)) for row in zip(*texts, strict=True)]
    return {f"{name}.json": json_bytes(rows)}


def json_bytes(content: object) -> bytes:
    """JSON as people can read it, too."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
