"""What must be closed to be paid so much: the answer as files, and as a text for the terminal."""

from collections.abc import Mapping

import pyarrow as pa

from revplan.model.book import Company
from revplan.model.record_text import write_record
from revplan.report.columns import Column, Kind, money_text, plain_text
from revplan.report.plain_text import table_text
from revplan.report.tables_as_files import Format, json_bytes, table_files
from revplan.simulate.needed import Needed
from revplan.words import _, formats

_KINDS: Mapping[str, Kind] = {
    "component_name": "text",
    "attainment": "percent",
    "attainment_then": "percent",
    "payout": "money",
    "payout_then": "money",
}


def reached_files(found: Needed, table: pa.Table, company: Company, file_format: Format) -> dict[str, bytes]:
    """`components` as a file of a format, the answer as `scenario.toml`, its figures as `reached.json`."""
    columns = [Column(name, name, _KINDS[name]) for name in table.column_names]
    factor = None if found.factor is None else plain_text(int(found.factor * 10**6))

    def money(amount: int) -> str:
        return money_text(amount, company.digits)

    about = {
        "team": found.goal.team,
        "payee": found.goal.payee,
        "earn": money(found.goal.earn),
        "grows": found.goal.grows,
        "factor": factor,
        "payout": money(found.now.payout),
        "payout_then": money(found.then.payout),
        "closed": money(found.now.closed),
        "closed_then": money(found.then.closed),
        "currency": company.currency,
    }
    files = table_files("components", table, columns, company.digits, file_format)
    if found.factor is not None:
        files["scenario.toml"] = write_record(found.scenario).encode()
    return files | {"reached.json": json_bytes(about)}


def reached_text(table: pa.Table, company: Company) -> str:
    """Each component as it is and at the answer."""

    def money(amount: int) -> str:
        return formats.money(amount, company.currency, company.digits)

    rows = [
        [
            row["component_name"],
            formats.percent(row["attainment"], 1),
            formats.percent(row["attainment_then"], 1),
            money(row["payout"]),
            money(row["payout_then"]),
        ]
        for row in table.to_pylist()
    ]
    heads = [_("Component"), _("Reached"), _("Reached then"), _("Pays"), _("Pays then")]
    return table_text(heads, rows, right=range(1, 5))
