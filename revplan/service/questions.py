"""Questions to a search as people type them: a TOML file, and aims and levers as short texts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from revplan.issues import Issue, Where, has_errors
from revplan.model.question import Question
from revplan.model.record_text import read_document, read_record
from revplan.service.solving import NotSolved

_HOW: Mapping[str, str] = {"=": "exactly", ">=": "at_least", "<=": "at_most"}
_AIM = re.compile(r"\s*(?P<of>\w+)\s*(?P<how><=|>=|=)\s*(?P<value>[^\s=]+)\s*")
_LEVER = re.compile(
    r"\s*(?P<kind>\w+)\s*(:\s*(?P<where>[^=\s]+))?\s*(=\s*(?P<range>[^.\s][^\s]*?)?\s*)?", re.ASCII
)
_RANGE = re.compile(r"(?P<low>[^\s]+?)\.\.(?P<high>[^\s]+)")


def question(
    file: tuple[str, str] | None = None, aims: Sequence[str] = (), levers: Sequence[str] = (), **options: Any
) -> Question:
    """The question of a file, as (name, TOML), with what the options say added to it or put in its place.

    Aims are texts such as "cost_share = 8%", "near_quota >= 60%"; levers such as "rates=75%..125%",
    "caps:PLAN", "weights:PLAN/COMPONENT=30%..70%", "quota:TEAM", "attribution=linear,w_shape". Options that
    are None say nothing. Raises NotSolved with what cannot be read, and when nothing is asked.
    """
    found = Question()
    if file is not None:
        read, issues = read_record(Question, file[1], file[0])
        if read is None:
            raise NotSolved(issues)
        found = read
    problems: list[Issue] = []
    more: dict[str, Any] = {"aim": [], "lever": []}
    for name, texts, parse in (("aim", aims, _aim), ("lever", levers, _lever)):
        for text in texts:
            said = parse(text)
            if said is None:
                problems.append(Issue(f"solve_{name}_text", "error", parameters={"text": text}))
            else:
                more[name].append(said)
    read, issues = read_document(Question, more | {k: v for k, v in options.items() if v is not None})
    problems += issues
    if read is None or has_errors(problems):
        raise NotSolved(
            [Issue(i.code, i.severity, Where(column=i.where.column), i.parameters) for i in problems]
        )
    given = {name: getattr(read, name) for name in read.model_fields_set - {"aims", "levers"}}
    whole = found.model_copy(
        update={**given, "aims": found.aims + read.aims, "levers": found.levers + read.levers}
    )
    if not (whole.aims and whole.levers):
        raise NotSolved([Issue("solve_nothing_asked", "error")])
    return whole


def _aim(text: str) -> dict[str, Any] | None:
    match = _AIM.fullmatch(text)
    return {"of": match["of"], "how": _HOW[match["how"]], "value": match["value"]} if match else None


def _lever(text: str) -> dict[str, Any] | None:
    match = _LEVER.fullmatch(text)
    if match is None:
        return None
    said: dict[str, Any] = {"kind": match["kind"]}
    if match["where"]:
        said |= _where(match["kind"], match["where"])
    if match["kind"] == "attribution":
        return said | ({"rules": match["range"].split(",")} if match["range"] else {})
    if match["range"]:
        bounds = _RANGE.fullmatch(match["range"])
        if bounds is None:
            return None
        said |= bounds.groupdict()
    return said


def _where(kind: str, where: str) -> dict[str, Any]:
    if kind in ("quota", "incentive"):
        return {"team": where}
    if kind == "target":
        return {"target": where}
    plan, _, component = where.partition("/")
    return {"plan": plan} | ({"component": component} if component else {})
