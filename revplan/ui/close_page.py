"""The Close page's parts: which months, how far they are, the figures in short, what is worth a look."""

from typing import Literal

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.service import attention as grouping
from revplan.service import workspace
from revplan.service.close_steps import State, Stretch
from revplan.service.closes import Closing
from revplan.store.closes import CloseStep
from revplan.ui import attention, filters, formats, navigation
from revplan.ui.cards import Card, cards, money_card
from revplan.ui.tables import Column, show_table
from revplan.ui.targets_page import saved_by, when
from revplan.ui.text import plain
from revplan.words import _, close_words, gettext, ngettext

LATEST = 6
"""So many periods stand in the timeline; the filter has the others."""

_COLOURS: dict[State, Literal["gray", "orange", "blue", "violet", "green"]] = {
    "open": "gray",
    "submitted": "orange",
    "approved": "blue",
    "locked": "violet",
    "paid": "green",
}


def named(stretch: Stretch) -> str:
    """The months of a stretch, in words."""
    return close_words.months(stretch.labels(workspace.current().book().company.calendar))


def choose_months(closing: Closing) -> None:
    """The filter for the period: those that were closed, and through which month the open one goes."""
    known = {stretch.through: stretch for stretch in closing.stretches}
    shown = closing.shown
    if shown is None:
        return
    words = {through: named(stretch) for through, stretch in known.items()}
    start = next((each.start for each in closing.stretches if each.state == "open"), shown.start)
    for choice in closing.choices:
        end = workspace.current().book().company.calendar.parse(choice).end
        words[choice] = named(Stretch(start, end))
    filters.choose(
        "through",
        _("Period"),
        sorted(words, reverse=True),
        shown.through,
        lambda through: words.get(through, through),
        help=_("Open months may be closed one by one or several together, always the earliest first."),
    )


def opening(viewer: Viewer, closing: Closing) -> str:
    """The page in one sentence."""
    shown = closing.shown
    if shown is None:
        return (
            _("Nothing has been closed yet, so what you earned can still change.")
            if viewer.role == "payee"
            else _("No month is over yet, so there is nothing to close.")
        )
    people = total = ""
    if closing.figures is not None:
        number = closing.figures.number
        people = ngettext("{count} person", "{count} people", number).format(count=formats.number(number))
        total = formats.compact_money(closing.figures.total, closing.currency, closing.digits)
    return close_words.opening(viewer.role, shown.state, named(shown), people, total)


def timeline(closing: Closing) -> None:
    """The latest periods side by side, each with how far it is and since when."""
    if not closing.stretches:
        return
    with st.container(horizontal=True):
        for stretch in closing.stretches[-LATEST:]:
            with st.container(border=True, width=210):
                marked = closing.shown is not None and stretch.through == closing.shown.through
                name = plain(named(stretch))
                st.markdown(f"**{name}**" if marked else name)
                st.badge(gettext(close_words.STATES[stretch.state]), color=_COLOURS[stretch.state])
                st.caption(_since(stretch))


def _since(stretch: Stretch) -> str:
    paid = stretch.did("paid")
    if paid is not None and paid.paid_on is not None:
        return plain(formats.day(paid.paid_on))
    last = [step for step in stretch.steps if not step.team_id]
    return plain(when(last[-1].done_at)) if last else _("not submitted yet")


def draw_cards(closing: Closing) -> None:
    """What the period pays, and what would be another figure now."""
    found = closing.figures
    if found is None:
        return
    waiting = sum(found.true_ups["amount"].to_pylist())
    shown = [
        Card(_("People"), formats.number(found.number)),
        money_card(_("Pay"), found.total, closing.currency, closing.digits),
    ]
    if found.true_ups.num_rows:
        about = _("of closed periods, paid later")
        shown.append(money_card(_("True-ups"), waiting, closing.currency, closing.digits, about))
    if closing.shown is not None and closing.shown.state in ("submitted", "approved"):
        text = ngettext("for {count} person", "for {count} people", found.changed)
        about = text.format(count=formats.number(found.changed))
        title = _("Changed since submission")
        shown.append(money_card(title, found.change, closing.currency, closing.digits, about))
    cards(shown)
    if found.changed:
        st.caption(
            _(
                "Data, plans or targets changed after submission. What was submitted is what is locked and "
                "paid; the difference becomes a true-up in the next open month. To take it in now, send the "
                "figures back and submit them again."
            )
        )
        navigation.link("Changes", _("See what moved each figure"), since="submission")


def draw_checks(viewer: Viewer, closing: Closing) -> None:
    """What stands in the way of closing, then what is worth a look; what leads said, for planners."""
    shown = closing.shown
    if shown is None or viewer.role not in ("cro", "finance"):
        return
    if closing.sent_back is not None and shown.state == "open":
        back = closing.sent_back
        st.warning(plain(_("{who} sent this back: {why}").format(who=saved_by(back.done_by), why=back.note)))
    for step in shown.steps:
        if step.team_id and shown.state in ("submitted", "approved"):
            _review(step)
    found = grouping.grouped(closing.issues)
    blocking = [one for one in found if one.issue.severity == "error"]
    others = [one for one in found if one.issue.severity != "error"]
    attention.draw(blocking, closing.currency, closing.digits, _("What stands in the way"))
    if others:
        label = ngettext("{number} thing worth a look", "{number} things worth a look", len(others))
        with st.expander(label.format(number=len(others))):
            attention.draw(others, closing.currency, closing.digits, _("Worth a look"))
    elif not blocking and shown.state == "open":
        st.caption(_("Nothing stands in the way, and nothing is worth a second look."))


def _review(step: CloseStep) -> None:
    words = saved_by(step.done_by)
    if step.step == "objected":
        st.warning(plain(_("{who} objects: {why}").format(who=words, why=step.note)))
    else:
        note = f" {step.note}" if step.note else ""
        st.success(plain(_("{who} agrees.").format(who=words) + note))


def draw_history(closing: Closing) -> None:
    """Every step of the period shown: when, who, what, why."""
    shown = closing.shown
    if shown is None or not shown.steps:
        return
    words = [gettext(close_words.STEPS[step.step]) for step in shown.steps]
    with st.expander(_("Steps so far ({number})").format(number=len(shown.steps))):
        table = pa.table(
            {
                "at": pa.array([when(step.done_at) for step in shown.steps], pa.string()),
                "by": pa.array([saved_by(step.done_by) for step in shown.steps], pa.string()),
                "step": pa.array(words, pa.string()),
                "paid_on": pa.array([step.paid_on for step in shown.steps], pa.date32()),
                "note": pa.array([step.note for step in shown.steps], pa.string()),
            }
        )
        columns = [
            Column("at", _("When")),
            Column("by", _("Who")),
            Column("step", _("Step")),
            Column("paid_on", _("Paid on"), "date"),
            Column("note", _("Note")),
        ]
        show_table(table, columns, "close_steps", alt=_("Steps of the period"))
