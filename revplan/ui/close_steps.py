"""What a viewer may do about a period, each with its confirmation, and what came of it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from revplan.access import Viewer
from revplan.service import close_actions as act
from revplan.service import workspace
from revplan.service.closes import Closing
from revplan.service.refused import Refused
from revplan.store.records import Stale
from revplan.ui import flash
from revplan.ui.close_page import named
from revplan.ui.frame import guard
from revplan.ui.targets_page import saved_by, when
from revplan.words import _, sentences

FLASH = "close"
NOTE = "close_note"


def draw_actions(viewer: Viewer, closing: Closing) -> None:
    """A button for each step that may be taken; it opens what the step means, a note, and the step itself."""
    if closing.shown is None or not closing.may:
        return
    with st.container(horizontal=True):
        if "submit" in closing.may:
            _submit(viewer, closing)
        if "review" in closing.may:
            _review(viewer, closing)
        if "approve" in closing.may:
            _approve(viewer, closing)
        if "lock" in closing.may:
            _lock(viewer, closing)
        if "pay" in closing.may:
            _pay(viewer, closing)
        if "send_back" in closing.may:
            _send_back(viewer, closing)
    if closing.shown.state == "submitted" and "approve" not in closing.may and viewer.role != "lead":
        st.caption(_("You submitted it, so the other of finance and the chief revenue officer approves it."))


def _submit(viewer: Viewer, closing: Closing) -> None:
    with st.popover(
        _("Submit for approval"), key=_key(closing, "submit"), type="primary", disabled=closing.blocked
    ):
        st.markdown(
            _(
                "The figures are kept as they stand now. What is approved, locked and paid is these, also "
                "if data change meanwhile."
            )
        )
        note = _note(_("Note for whoever approves"))
        _button(
            _("Submit"),
            closing,
            lambda: act.submit(viewer, closing, _said(note)),
            _("{period} is submitted."),
        )


def _review(viewer: Viewer, closing: Closing) -> None:
    with st.popover(_("Review my team"), key=_key(closing, "review"), type="primary"):
        st.markdown(_("Say whether the figures of your team are right. Finance sees it before it approves."))
        note = _note(_("What is not right"))

        def say(*, agrees: bool) -> None:
            act.review(viewer, closing, agrees=agrees, note=_said(note))

        right, wrong = (partial(say, agrees=agrees) for agrees in (True, False))
        _button(_("They are right"), closing, right, _("{period} is reviewed for your team."))
        _button(_("Something is wrong"), closing, wrong, _("{period} has your objection."), second=True)


def _approve(viewer: Viewer, closing: Closing) -> None:
    with st.popover(_("Approve"), key=_key(closing, "approve"), type="primary"):
        st.markdown(_("You approve the submitted figures. They are locked next."))
        note = _note(_("Note"))
        _button(
            _("Approve it"),
            closing,
            lambda: act.approve(viewer, closing, _said(note)),
            _("{period} is approved."),
        )


def _lock(viewer: Viewer, closing: Closing) -> None:
    with st.popover(_("Lock"), key=_key(closing, "lock"), type="primary"):
        st.markdown(
            _(
                "A locked period never changes and cannot be opened again. What comes late is paid as a "
                "true-up in the next open month."
            )
        )
        _button(_("Lock it for good"), closing, lambda: act.lock(viewer, closing), _("{period} is locked."))


def _pay(viewer: Viewer, closing: Closing) -> None:
    with st.popover(_("Mark as paid"), key=_key(closing, "pay"), type="primary"):
        st.date_input(_("Paid on"), value=workspace.current().today(), key="close_paid_on")
        note = _note(_("Note"))

        def do() -> None:
            act.mark_paid(viewer, closing, st.session_state["close_paid_on"], _said(note))

        _button(_("It is paid"), closing, do, _("{period} is marked as paid."))


def _send_back(viewer: Viewer, closing: Closing) -> None:
    with st.popover(_("Send back"), key=_key(closing, "back")):
        st.markdown(_("The months are open again, and can be submitted anew."))
        note = _note(_("Why"), "back")
        _button(
            _("Send it back"),
            closing,
            lambda: act.send_back(viewer, closing, _said(note)),
            _("{period} is sent back."),
            second=True,
        )


# ---------------------------------------------------------------- parts


def _key(closing: Closing, name: str) -> str:
    """Another one after each step: what opened for the last step is closed again."""
    return f"close_{name}_{closing.position}"


def _note(label: str, name: str = "") -> str:
    key = f"{NOTE}{name}"
    st.text_input(label, key=key)
    return key


def _said(key: str) -> str:
    return str(st.session_state.get(key, ""))


def _button(label: str, closing: Closing, do: Callable[[], None], done: str, *, second: bool = False) -> None:
    st.button(
        label,
        key=f"close_do_{label}",
        type="secondary" if second else "primary",
        on_click=_take,
        args=(closing, do, done),
    )


def _take(closing: Closing, do: Callable[[], None], done: str) -> None:
    """Take a step, then say what came of it where the page opens."""
    if closing.shown is None:
        return
    with guard():
        try:
            do()
        except Refused as refused:
            flash.refuse(FLASH, " ".join(sentences.sentence(issue) for issue in refused.issues))
        except Stale as stale:
            at = when(stale.saved_at) if stale.saved_at else ""
            flash.refuse(
                FLASH,
                _("{who} was first ({when}), so nothing was done. Look at how it stands now.").format(
                    who=saved_by(stale.saved_by), when=at
                ),
            )
        else:
            flash.say(FLASH, done.format(period=named(closing.shown)))
