"""The CSV files of the company's key figures: each figure with its fraction, and what it is made of."""

from collections.abc import Mapping

import pyarrow as pa

from revplan.model.book import Company
from revplan.report.columns import Column
from revplan.report.csv_files import csv_table, in_english, with_text
from revplan.words import kpi_words

KPI_FILES = ("kpis.csv", "kpi_parts.csv")

KPIS = (
    Column("plan_set", "plan_set"),
    Column("kpi", "kpi"),
    Column("name", "name"),
    Column("owner", "owner"),
    Column("grain", "grain"),
    Column("period", "period"),
    Column("period_start", "period_start", "date"),
    Column("period_end", "period_end", "date"),
    Column("unit", "unit"),
    Column("value", "value", "measured"),
    Column("currency", "currency"),
    Column("numerator", "numerator"),
    Column("denominator", "denominator"),
    Column("reason", "reason"),
    Column("reason_in_words", "reason_in_words"),
    Column("status", "status"),
)
KPI_PARTS = (
    Column("plan_set", "plan_set"),
    Column("kpi", "kpi"),
    Column("owner", "owner"),
    Column("grain", "grain"),
    Column("period", "period"),
    Column("place", "place", "whole"),
    Column("part", "part"),
    Column("unit", "unit"),
    Column("amount", "amount", "measured"),
    Column("currency", "currency"),
)


def health_files(company: Company, found: Mapping[str, tuple[pa.Table, pa.Table]]) -> dict[str, bytes]:
    """kpis.csv and kpi_parts.csv of tables KPIS and KPI_PARTS by plan set ("" of those that no plan moves).

    Values are in major units of money, and exact decimals of anything else; `numerator` ÷ `denominator` is
    the exact figure (money in minor units).
    """
    kpis = pa.concat_tables(_told(table, name, company) for name, (table, _) in found.items())
    parts = pa.concat_tables(_stamped(table, name, company) for name, (_, table) in found.items())
    digits = company.digits
    return {"kpis.csv": csv_table(kpis, KPIS, digits), "kpi_parts.csv": csv_table(parts, KPI_PARTS, digits)}


def _told(table: pa.Table, plan_set: str, company: Company) -> pa.Table:
    """The figures with their names and reasons in English."""
    reasons = [said or None for said in in_english(table["reason"], kpi_words.reason)]
    table = with_text(table, "reason_in_words", reasons)
    return _stamped(with_text(table, "name", in_english(table["kpi"], kpi_words.name)), plan_set, company)


def _stamped(table: pa.Table, plan_set: str, company: Company) -> pa.Table:
    """The rows with their plan set, and the currency of those that are money."""
    currencies = [company.currency if unit == "money" else None for unit in table["unit"].to_pylist()]
    return with_text(with_text(table, "plan_set", plan_set), "currency", currencies)
