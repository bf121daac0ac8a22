"""The form of one measure of the company's own: its table, day, amount, conditions and bounds."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from revplan.model.tables import Column
from revplan.service.own_measures import Choices
from revplan.ui.fields import day_field, needed_number, number_field
from revplan.words import N_, _, data_names, gettext, names

Document = dict[str, Any]
NEW: Document = {"name": "", "table": "opportunities", "date": "closed_on", "plus": ["amount"], "where": []}
COMPARISONS = {
    "=": N_("is"),
    "!=": N_("is not"),
    "in": N_("is one of"),
    "not in": N_("is none of"),
    "<": N_("is less than"),
    "<=": N_("is at most"),
    ">": N_("is more than"),
    ">=": N_("is at least"),
    "empty": N_("is empty"),
    "not empty": N_("is filled in"),
}
TAKES = {"sum": N_("their sum"), "smallest": N_("the smallest"), "largest": N_("the largest")}
FIRSTS = {
    "account": N_("only the first of each account counts"),
    "opportunity": N_("only the first of each deal counts"),
    "owner": N_("only the first of each owner counts"),
}
_TEXT = ("=", "!=", "in", "not in", "empty", "not empty")
_FIGURE = ("=", "!=", "<", "<=", ">", ">=", "empty", "not empty")
_NUMBERS = ("money", "count", "fraction")


@dataclass(frozen=True)
class Form:
    """What the widgets hold; `anew` says that there are other widgets now, which need keys of their own."""

    document: Document
    anew: bool


def edit(document: Document, choices: Choices, key: str) -> Form:
    """Draw the form of a measure. Fields that it does not know stay as they are."""
    made = dict(document)
    made["name"] = st.text_input(
        _("Name of the measure"), document.get("name", ""), max_chars=80, key=f"{key}:name"
    )
    with st.container(horizontal=True):
        table = _one(
            _("Counts rows of"), list(choices.tables), document["table"], data_names.table, f"{key}:table"
        )
        columns = {column.name: column for column in choices.tables[table]}
        if table != document["table"]:
            return Form(made | _of_table(table, columns), True)
        days = [name for name, column in columns.items() if column.kind == "date"]
        made["date"] = _one(_("By the day"), days, document.get("date"), data_names.column, f"{key}:date")
    made |= _amount(document, columns, key)
    before = list(document.get("where", []))
    st.markdown(_("Only rows of which all of this holds"))
    drawn = [_condition(each, columns, f"{key}:where:{place}") for place, each in enumerate(before)]
    made["where"] = [each for each in drawn if each is not None]
    if st.button(_("Add a condition"), key=f"{key}:add"):
        first = "outcome" if "outcome" in columns else next(iter(columns))
        value = {"value": "won"} if first == "outcome" else {"value": ""}
        made["where"].append({"column": first, "is": "=", **value})
    made |= _first(document, key)
    made["less_prior_year"] = st.toggle(
        _("Less what counted a year before"),
        bool(document.get("less_prior_year")),
        key=f"{key}:prior_year",
        help=_("Each row counts again a year later, less than 0: what is left is the growth."),
    )
    made["better"] = "lower" if _lower(document, key) else "higher"
    return Form(made, _shape(made["where"]) != _shape(before))


def _of_table(table: str, columns: dict[str, Column]) -> Document:
    """What is said of a table anew when another one is chosen: its first needed day, each row counting 1."""
    days = [column for column in columns.values() if column.kind == "date"]
    day = next((column for column in days if column.required), days[0])
    plus = ["amount"] if "amount" in columns else []
    return {"table": table, "date": day.name, "plus": plus, "minus": [], "where": []}


def _lower(document: Document, key: str) -> bool:
    return st.toggle(_("Less of it is better"), document.get("better") == "lower", key=f"{key}:lower")


def _amount(document: Document, columns: dict[str, Column], key: str) -> Document:
    """Each row as one, or the sum of some columns less others, within bounds."""
    words = {"rows": _("each row as one"), "amount": _("an amount of each row")}
    added, taken = list(document.get("plus", [])), list(document.get("minus", []))
    numbers = [name for name, column in columns.items() if column.kind in _NUMBERS]
    how = st.segmented_control(
        _("Counts"),
        list(words) if numbers else ["rows"],
        default="amount" if (added or taken) and numbers else "rows",
        required=True,
        format_func=lambda code: words[code],
        key=f"{key}:how",
    )
    if how != "amount":
        return {"plus": [], "minus": [], "factors": [], "take": "sum", "at_least": None, "at_most": None}
    with st.container(horizontal=True):
        made: Document = {
            "plus": _columns(_("Add up"), numbers, added, f"{key}:plus"),
            "minus": _columns(_("and take away"), numbers, taken, f"{key}:minus"),
        }
    made |= {"take": "sum", "factors": _factors(document, [*made["plus"], *made["minus"]], key)}
    if len(made["plus"]) > 1:
        made["take"] = _one(
            _("Of the columns added, a row counts"), list(TAKES), document.get("take"), _taken, f"{key}:take"
        )
    scale = _scale(columns[next(iter([*made["plus"], *made["minus"]]), numbers[0])])
    with st.container(horizontal=True):
        least = number_field(
            _("A row counts at least"), document.get("at_least"), f"{key}:least:{scale}", scale=scale
        )
        most = number_field(
            _("A row counts at most"), document.get("at_most"), f"{key}:most:{scale}", scale=scale
        )
    return made | {"at_least": least, "at_most": most}


def _factors(document: Document, added: list[str], key: str) -> list[Document]:
    """What each column is multiplied by, where that is not 1."""
    before = {each["column"]: each["factor"] for each in document.get("factors", [])}
    made = []
    with st.container(horizontal=True):
        for name in dict.fromkeys(added):
            factor = needed_number(
                _("{column}, times").format(column=data_names.column(name)),
                before.get(name, "1"),
                f"{key}:factor:{name}",
            )
            made += [{"column": name, "factor": factor}] if factor not in (None, "1") else []
    return made


def _first(document: Document, key: str) -> Document:
    """Whether only the first row of each account, deal or owner counts, and in which period."""
    with st.container(horizontal=True):
        now = document.get("first_of") or ""
        first = _one(_("Of these rows"), ["", *FIRSTS], now, _first_name, f"{key}:first_of")
        if not first:
            return {"first_of": None, "first_per": None}
        now = document.get("first_per") or ""
        per = _one(_("The first"), ["", *names.GRAINS], now, _per, f"{key}:first_per")
    return {"first_of": first, "first_per": per or None}


def _first_name(code: str) -> str:
    return gettext(FIRSTS[code]) if code else _("every one counts")


def _per(code: str) -> str:
    return _("in each {grain}").format(grain=names.grain(code)) if code else _("ever")


def _taken(code: str) -> str:
    return gettext(TAKES[code])


def _condition(condition: Document, columns: dict[str, Column], key: str) -> Document | None:
    """A condition on a column; None once it is taken away."""
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        name = _one(_("Column"), list(columns), condition.get("column"), data_names.column, f"{key}:column")
        column = columns[name]
        fitting = _FIGURE if column.kind in (*_NUMBERS, "rate", "date") else _TEXT
        same = name == condition.get("column")
        now = condition.get("is") if same and condition.get("is") in fitting else "="
        compared = _one(_("Holds"), list(fitting), now, _comparison, f"{key}:is:{column.kind}")
        made: Document = {"column": name, "is": compared}
        if compared not in ("empty", "not empty"):
            made |= _compared(condition if same else {}, column, columns, compared, key)
        gone = st.button(_("Remove"), key=f"{key}:remove")
    return None if gone else made


def _compared(
    condition: Document, column: Column, columns: dict[str, Column], compared: str, key: str
) -> Document:
    """With what the column is compared: a value, or another column of its kind."""
    key = f"{key}:{column.name}"
    alike = [name for name, other in columns.items() if other.kind == column.kind and name != column.name]
    other = condition.get("other")
    if alike and compared not in ("in", "not in"):
        options = ["", *alike]
        other = _one(
            _("Compared with"),
            options,
            other or "",
            lambda code: data_names.column(code) if code else _("a value"),
            f"{key}:other",
        )
        if other:
            return {"other": other}
    return {"value": _value(condition.get("value"), column, compared, key)}


def _value(value: Any, column: Column, compared: str, key: str) -> Any:
    if compared in ("in", "not in"):
        given = [value] if isinstance(value, str) and value else list(value or [])
        return st.multiselect(
            _("Values"),
            list(dict.fromkeys([*column.choices, *given])),
            default=given,
            accept_new_options=not column.choices,
            format_func=data_names.choice if column.choices else str,
            key=f"{key}:values",
        )
    if column.choices:
        return _one(_("Value"), list(column.choices), value, data_names.choice, f"{key}:choice")
    if column.kind == "date":
        return day_field(_("Value"), value, f"{key}:day")
    if column.kind in (*_NUMBERS, "rate"):
        label = _("Value (%)") if column.kind == "fraction" else _("Value")
        return number_field(label, value, f"{key}:number", scale=_scale(column))
    return st.text_input(_("Value"), "" if value is None else str(value), key=f"{key}:text")


def _scale(column: Column) -> int:
    return 100 if column.kind == "fraction" else 1


def _one(label: str, options: list[str], now: Any, words: Any, key: str) -> str:
    """One of the options; the first where none is chosen yet."""
    index = options.index(now) if now in options else 0
    return str(st.selectbox(label, options, index=index, format_func=words, key=key))


def _columns(label: str, options: list[str], now: list[str], key: str) -> list[str]:
    return st.multiselect(
        label,
        options,
        default=[name for name in now if name in options],
        format_func=data_names.column,
        key=key,
        placeholder=_("none"),
    )


def _comparison(code: str) -> str:
    return gettext(COMPARISONS[code])


def _shape(conditions: list[Document]) -> int:
    """How many there are: one more or less moves the others to other places."""
    return len(conditions)
