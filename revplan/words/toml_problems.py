"""What is wrong where a text stops being TOML, in the reader's words instead of the parser's."""

from revplan.words import N_, gettext

_PROBLEMS = (
    ("Expected '=' after a key", N_("a name is not followed by an equals sign")),
    ("Expected ']", N_("a closing square bracket is missing after the name of a table")),
    ("Expected", N_("a line goes on where it should end")),
    ("Invalid statement", N_("a line begins neither with a name nor with a bracket")),
    ("Invalid initial character for a key", N_("a name is missing, or has a letter that needs quotes")),
    ("Invalid value", N_("a value is missing, or a text has no quotes")),
    ("Invalid date", N_("there is no such date")),
    ("Cannot overwrite a value", N_("the same name is given twice")),
    ("Cannot declare", N_("the same table is given twice")),
    ("Cannot mutate", N_("something is added to a table that is complete already")),
    ("Cannot redefine", N_("something is added to a table that is complete already")),
    ("Duplicate inline table key", N_("the same name is given twice")),
    ("Unclosed array", N_("a list is not closed by a square bracket")),
    ("Unclosed inline table", N_("a curly bracket is not closed")),
    ("Unterminated string", N_("a text is not closed by a quotation mark")),
    ("Unescaped", N_("a backslash in a text must be doubled")),
    ("Invalid hex value", N_("a backslash in a text must be doubled")),
    ("Escaped character", N_("a backslash in a text must be doubled")),
    ("Illegal character", N_("there is a control character or a line break inside a text")),
    ("Found invalid character", N_("there is a control character or a line break inside a text")),
)
"""How the parser's messages begin, the longer beginning before the shorter; what each means."""


def syntax(detail: str) -> str:
    """The parser's message in words; one that is not known stays as it is."""
    return next((gettext(words) for start, words in _PROBLEMS if detail.startswith(start)), detail)
