"""Which deals a component means, as a condition on the traits of each."""

from collections.abc import Iterable

import pyarrow as pa

from revplan.formula.sql import whole
from revplan.model.deals import Which
from revplan.money import to_minor


def names_table(which: Iterable[Which]) -> pa.Table:
    """The products and segments that each of `which` names: number, field, name. Users' words reach the
    engine in tables, never in its text."""
    rows = [
        (number, field, name)
        for number, each in enumerate(which)
        for field, names in (("product", each.products), ("segment", each.segments))
        for name in names
    ]
    return pa.table(
        {
            "number": pa.array([row[0] for row in rows], pa.int64()),
            "field": pa.array([row[1] for row in rows], pa.string()),
            "name": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def condition(which: Which, number: int, names: str, digits: int) -> str:
    """Whether a deal is meant: never null. Reads the traits `t` and the deal `r`; `number` is that of
    `which` in the table `names`. Money is compared in minor units of `digits`."""
    wanted = [
        f"t.{field} IN (SELECT name FROM {names} WHERE number = {number} AND field = '{field}')"
        for field, listed in (("product", which.products), ("segment", which.segments))
        if listed
    ]
    if which.kinds:
        wanted.append(f"t.kind IN ({', '.join(repr(str(kind)) for kind in which.kinds)})")
    if which.min_term_months is not None:
        wanted.append(f"t.term_months >= {which.min_term_months}")
    if which.max_discount is not None:
        wanted.append(f"t.discount <= {to_minor(which.max_discount, 6)}")
    if which.min_amount is not None:
        wanted.append(f"abs(t.amount) >= {whole(to_minor(which.min_amount, digits))}")
    if which.from_ is not None:
        wanted.append(f"r.on_date >= DATE '{which.from_.isoformat()}'")
    if which.to is not None:
        wanted.append(f"r.on_date < DATE '{which.to.isoformat()}'")
    return f"coalesce({' AND '.join(wanted)}, FALSE)" if wanted else "TRUE"
