"""Check of the company's own measures: what cannot be counted is named, and left out of a run."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from revplan.issues import Issue, Where
from revplan.metrics.measures import COUNTABLE, measures
from revplan.model.book import Company, CustomMeasure
from revplan.model.book import Where as Condition
from revplan.model.tables import TABLES, Column, TableSpec
from revplan.money import parse_number
from revplan.rules.payable import MOST_PLACES, places_of

_LISTS = ("in", "not in")
_ALONE = ("empty", "not empty")


def sound_measures(company: Company) -> tuple[Company, list[Issue]]:
    """The company with those of its own measures that can be counted, and what is wrong with the others."""
    issues = check_measures(company)
    wrong = {str(issue.parameters["measure"]) for issue in issues}
    sound = tuple(definition for definition in company.measures if definition.id not in wrong)
    return company.model_copy(update={"measures": sound}), issues


def check_measures(company: Company) -> list[Issue]:
    """Refuses a name that is taken, tables and columns that there are not, columns of the wrong kind, bounds
    the wrong way round, and conditions whose value cannot be compared with their column."""
    built_in = measures(company.model_copy(update={"measures": ()}))
    named = Counter(definition.id for definition in company.measures)
    found = [
        _issue("name_taken", definition)
        for definition in company.measures
        if definition.id in built_in or named[definition.id] > 1
    ]
    for definition in company.measures:
        if definition.table in COUNTABLE:
            found += _check(definition, TABLES[definition.table])
        else:
            found.append(_issue("unknown_table", definition, table=definition.table))
    return list(dict.fromkeys(found))


def _check(definition: CustomMeasure, spec: TableSpec) -> Iterator[Issue]:
    columns = {column.name: column for column in spec.columns}
    added = tuple(dict.fromkeys((*definition.plus, *definition.minus)))
    compared = [name for where in definition.where for name in (where.column, where.other) if name]
    unknown = [name for name in (definition.date, *added, *compared) if name not in columns]
    for name in unknown:
        yield _issue("unknown_column", definition, column=name, table=spec.name)
    if unknown:
        return
    if columns[definition.date].kind != "date":
        yield _issue("not_a_date", definition, column=definition.date)
    kinds = {columns[name].kind for name in added}
    for name in added:
        if columns[name].kind not in ("money", "count", "fraction"):
            yield _issue("not_a_number", definition, column=name)
    if "money" in kinds and kinds & {"count", "fraction"}:
        yield _issue("mixed_units", definition)
    for each in definition.factors:
        if each.column not in added:
            yield _issue("factor_of_nothing", definition, column=each.column)
        if places_of(each.factor) > MOST_PLACES:
            yield _issue("factor_places", definition, column=each.column, places=str(MOST_PLACES))
    if definition.take != "sum" and len(definition.plus) < 2:
        yield _issue("takes_of_one", definition)
    if definition.first_per is not None and definition.first_of is None:
        yield _issue("first_of_nothing", definition)
    low, high = definition.at_least, definition.at_most
    if low is not None and high is not None and low > high:
        yield _issue("bounds_crossed", definition, low=str(low), high=str(high))
    for where in definition.where:
        yield from _check_condition(definition, where, columns)


def _check_condition(
    definition: CustomMeasure, where: Condition, columns: dict[str, Column]
) -> Iterator[Issue]:
    column, alone = columns[where.column], where.is_ in _ALONE
    if (where.value is not None) + (where.other is not None) != (0 if alone else 1):
        code = "condition_says_too_much" if alone else "condition_needs_one_side"
        yield _issue(code, definition, column=column.name)
    elif where.other is not None:
        if where.is_ in _LISTS or _sort(columns[where.other]) != _sort(column):
            yield _issue("condition_of_two_kinds", definition, column=column.name, other=where.other)
    elif isinstance(where.value, tuple) and (where.is_ not in _LISTS or not where.value):
        yield _issue("condition_list", definition, column=column.name)
    elif not alone:
        for value in where.value if isinstance(where.value, tuple) else (where.value,):
            if not _reads(value, column):
                yield _issue("condition_value", definition, column=column.name, value=str(value))


def _sort(column: Column) -> str:
    """Columns of one sort can be compared: money, counts, dates …, and words of every kind."""
    return "text" if column.kind in ("id", "text", "choice", "currency") else column.kind


def _reads(value: object, column: Column) -> bool:
    """Whether a value can stand in a column."""
    if column.kind == "choice":
        return str(value) in column.choices
    try:
        if column.kind == "date":
            date.fromisoformat(str(value))
        elif _sort(column) != "text":
            parse_number(value)
    except ValueError:
        return False
    return True


def _issue(code: str, definition: CustomMeasure, **said: str) -> Issue:
    return Issue(f"measure.{code}", "error", Where(file="book.toml"), {"measure": definition.id, **said})
