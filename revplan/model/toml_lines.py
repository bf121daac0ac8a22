"""On which line of a TOML document each value stands, so that an issue can point at it."""

Place = tuple[str | int, ...]
"""Keys and indexes from the top: ("component", 2, "table", "tiers", 1, "rate")."""

_BLANK = " \t"
_ANY_BLANK = " \t\r\n"


def line_numbers(text: str) -> dict[Place, int]:
    """Line (from 1) of each key and array element of a document that tomllib has accepted.

    Tables are placed at their header, and values at their key. Says nothing about a document that is
    not TOML: read it with tomllib first, which names the line of a syntax error itself.
    """
    return _Scanner(text).scan()


class _Scanner:
    """Walks a valid document once, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Place, int] = {}
        self.lengths: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        while self.skip(_ANY_BLANK):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def skip(self, blanks: str) -> bool:
        """Move past blanks and comments; False at the end."""
        while self.at < len(self.text):
            if self.text[self.at] == "#" and blanks is _ANY_BLANK:
                self.at = self._find("\n")
            elif self.text[self.at] in blanks:
                self.at += 1
            else:
                return True
        return False

    def header(self) -> Place:
        """[a.b] or [[a.b]]: the place of the table that it opens."""
        line = self.line()
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        place = self._inside(self.keys("]"))
        self.at += 2 if array else 1
        if array:
            place = self._append(place)
        self.lines.setdefault(place, line)
        return place

    def pair(self, table: Place) -> None:
        """key = value, placed at the line of its key."""
        line = self.line()
        place = table + self.keys("=")
        self.at += 1
        self.lines.setdefault(place, line)
        self.value(place)

    def keys(self, end: str) -> Place:
        """A dotted key up to `end`, which is left to be read."""
        keys: list[str | int] = []
        while self.skip(_BLANK) and self.text[self.at] != end:
            if self.text[self.at] == ".":
                self.at += 1
            elif self.text[self.at] in "\"'":
                start = self.at + 1
                self.string()
                keys.append(self.text[start : self.at - 1])
            else:
                start = self.at
                while self.text[self.at] not in _BLANK + "." + end:
                    self.at += 1
                keys.append(self.text[start : self.at])
        return tuple(keys)

    def value(self, place: Place) -> None:
        self.skip(_ANY_BLANK)
        if self.text[self.at] == "[":
            self.enclosed(place, "]")
        elif self.text[self.at] == "{":
            self.enclosed(place, "}")
        elif self.text[self.at] in "\"'":
            self.string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}\r\n#":
                self.at += 1

    def enclosed(self, place: Place, end: str) -> None:
        """An array's elements, or the pairs of an inline table."""
        self.at += 1
        while self.skip(_ANY_BLANK) and self.text[self.at] != end:
            if self.text[self.at] == ",":
                self.at += 1
            elif end == "]":
                element = self._append(place)
                self.lines[element] = self.line()
                self.value(element)
            else:
                self.pair(place)
        self.at += 1

    def string(self) -> None:
        """Move past a string of any of the four kinds."""
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(mark)
        while len(mark) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # up to two quotes may stand before the closing ones

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _append(self, place: Place) -> Place:
        index = self.lengths.get(place, 0)
        self.lengths[place] = index + 1
        return (*place, index)

    def _inside(self, keys: Place) -> Place:
        """A header's keys with the index of the latest element where a key names an array of tables."""
        place: Place = ()
        for position, key in enumerate(keys):
            place = (*place, key)
            if position < len(keys) - 1 and place in self.lengths:
                place = (*place, self.lengths[place] - 1)
        return place

    def _find(self, mark: str) -> int:
        found = self.text.find(mark, self.at)
        return len(self.text) if found < 0 else found
