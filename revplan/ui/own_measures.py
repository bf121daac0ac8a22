"""Measures of the company's own, on the Data page: chosen, made, changed and taken away without text."""

import copy
from dataclasses import dataclass
from typing import Any

import streamlit as st

from revplan.access import Viewer
from revplan.model.record_text import to_document
from revplan.service import own_measures as service
from revplan.ui import own_measure_form
from revplan.ui.frame import guard
from revplan.ui.redraw import redraw
from revplan.ui.text import plain
from revplan.words import _, formats, ngettext, sentences

_WORK = "own_measure"
_SAID = "own_measure_said"
Document = dict[str, Any]


@dataclass(frozen=True)
class _Work:
    """The measure in view: the saved one's id ("" for a new one), what is said of it, and the number that
    its widgets' keys have, since a widget keeps what was typed over what it began with."""

    opened: str
    document: Document
    number: int

    @property
    def key(self) -> str:
        return f"{_WORK}:{self.number}"


@st.fragment
def section(viewer: Viewer) -> None:
    """Draw the list of the company's own measures and the form of one."""
    with guard():
        measures = {own.id: own for own in service.own_measures(viewer)}
        st.caption(
            " ".join(
                [
                    _("What you count in your own way: which rows of a table, for how much, by which day."),
                    _("Plans and targets can count it as they count any other measure."),
                ]
            )
        )
        if said := st.session_state.pop(_SAID, ""):
            st.success(plain(said))
        opened = st.selectbox(
            _("Your own measures"),
            ["", *measures],
            format_func=lambda code: measures[code].name if code in measures else _("A new measure"),
            key=f"{_WORK}_chosen",
        )
        work: _Work | None = st.session_state.get(_WORK)
        if work is None or work.opened != opened:
            document = to_document(measures[opened]) if opened else copy.deepcopy(own_measure_form.NEW)
            work = _open(opened, document, work)
        form = own_measure_form.edit(work.document, service.choices(viewer), work.key)
        if form.anew:
            _open(opened, form.document, work)
            redraw()
        document = form.document
        if not opened:
            document = document | {"id": service.new_id(viewer, document["name"] or "measure")}
        _tell_and_save(viewer, document, opened)


def _open(opened: str, document: Document, before: _Work | None) -> _Work:
    made = _Work(opened, document, before.number + 1 if before else 0)
    st.session_state[_WORK] = made
    return made


def _tell_and_save(viewer: Viewer, document: Document, opened: str) -> None:
    """What it counts this year, what is wrong with it, and the buttons."""
    made, issues = service.check(viewer, document, opened)
    for issue in issues:
        st.error(plain(sentences.sentence(issue)))
    if made is not None and not issues:
        _tell(viewer, service.sample(viewer, made))
    named = bool(document["name"].strip())
    with st.container(horizontal=True):
        if (
            st.button(
                _("Save the measure"), type="primary", disabled=made is None or bool(issues) or not named
            )
            and made is not None
        ):
            service.save(viewer, made, opened)
            _begin_again(_("{name} is saved. Plans and targets can count it now.").format(name=made.name))
        used = service.used_by(viewer, opened) if opened else ()
        if opened and st.button(_("Remove this measure"), disabled=bool(used)):
            service.remove(viewer, opened)
            _begin_again(_("The measure is removed."))
    if used:
        text = _("It cannot be removed, since these count it: {names}.")
        st.caption(plain(text.format(names=formats.listed(list(used)))))


def _tell(viewer: Viewer, sample: service.Sample | None) -> None:
    if sample is None:
        return
    company = service.choices(viewer)
    total = formats.amount(sample.total, sample.unit, company.currency, company.digits)
    text = ngettext(
        "Since {day} it counts {number} row, {total} in all.",
        "Since {day} it counts {number} rows, {total} in all.",
        sample.facts,
    )
    number, day = formats.number(sample.facts), formats.day(sample.since)
    st.info(plain(text.format(day=day, number=number, total=total)))


def _begin_again(said: str) -> None:
    st.session_state[_SAID] = said
    st.session_state.pop(_WORK, None)
    st.session_state.pop(f"{_WORK}_chosen", None)
    st.rerun()
