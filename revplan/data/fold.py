"""Folding: the form in which two spellings of one word are equal."""

import re
import unicodedata
from functools import lru_cache

_TURKISH = str.maketrans({"ı": "i", "İ": "i", "ß": "ss"})


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower case without accents, and one space for every run of spaces ("  Kazanıldı" → "kazanildi")."""
    plain = unicodedata.normalize("NFKD", text.translate(_TURKISH).casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


@lru_cache(maxsize=65_536)
def squash(text: str) -> str:
    """Folded letters and digits only: "Close Date", "close_date" and "CloseDate" are one."""
    return re.sub(r"[^0-9a-z]", "", fold(text))
