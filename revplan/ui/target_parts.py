"""Who shares a target, and the parts of teams and people: their fields of the editor."""

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from revplan.model.targets import Sharing
from revplan.money import largest_remainder
from revplan.service import target_form, workspace
from revplan.service.target_form import PartForm, TargetForm
from revplan.ui import targets_page
from revplan.ui.fields import day_field
from revplan.ui.grid_numbers import shown, typed
from revplan.ui.target_session import Editor, restart
from revplan.ui.text import heading
from revplan.words import _


def who_shares(editor: Editor, form: TargetForm) -> TargetForm:
    """Choose the teams that share the target."""
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    shared = st.pills(
        _("Teams that share it"),
        list(teams),
        selection_mode="multi",
        default=[team for team in form.shared_with if team in teams],
        format_func=lambda team: teams[team],
        key=f"{editor.key}:shared",
        wrap=True,
        help=_("Each deal counts once. A team that joins changes neither the target nor anybody's result."),
    )
    chosen = tuple(team for team in teams if team in (shared or []))
    return _when(editor, form.model_copy(update={"shared_with": chosen}))


def _when(editor: Editor, form: TargetForm) -> TargetForm:
    """From which day on and until which day each team shares it; a team that left can join again."""
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    began = editor.start.dates
    found: list[Sharing] = []
    with st.expander(_("When they join and leave"), expanded=bool(began), key=f"{editor.key}:when"):
        st.caption(
            _(
                "Left empty, a team shares it always. Outside of its days, its people are not paid on it; "
                "the target and what counts towards it stay the same."
            )
        )
        for team in form.shared_with:
            times = [each for each in began if each.team == team] or [Sharing(team=team)]
            found += _times(editor, teams[team], times)
    form = form.model_copy(update={"dates": tuple(each for each in found if each.from_ or each.to)})
    left = {each.team: each.to for each in found}  # the last time of each
    if gone := {team: day for team, day in left.items() if day is not None}:
        with st.container(horizontal=True):
            for team, day in gone.items():
                again = Sharing.model_validate({"team": team, "from": day})
                st.button(
                    _("{team} joins again").format(team=teams[team]),
                    on_click=restart,
                    args=(editor, form.model_copy(update={"dates": (*form.dates, again)})),
                    key=f"{editor.key}:again:{team}",
                )
    return form


def _times(editor: Editor, name: str, times: list[Sharing]) -> list[Sharing]:
    """The fields of a team, a line for each time; a later time without any day is taken out."""
    found = []
    for place, each in enumerate(times):
        key = f"{editor.key}:when:{each.team}:{place}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            start = day_field(_("{team}, from").format(team=name), each.from_, f"{key}:from")
            end = day_field(_("{team}, until (not included)").format(team=name), each.to, f"{key}:to")
        if place == 0 or start or end:
            found.append(Sharing.model_validate({"team": each.team, "from": start, "to": end}))
    return found


def edit_parts(editor: Editor, form: TargetForm, *, ratio: bool) -> TargetForm:
    """Give teams and people their parts, by share or (not of a `ratio`) by amount."""
    heading(_("Parts of teams and people"))
    carried = target_form.carried_parts(editor.viewer, form)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if carried != form.parts:
            st.button(
                _("Take over the parts of {year}").format(year=form.year - 1),
                on_click=restart,
                args=(editor, form.model_copy(update={"parts": carried})),
            )
        over = st.number_input(
            _("Over-assignment (%)"),
            value=0.0,
            min_value=0.0,
            max_value=100.0,
            step=1.0,
            key=f"{editor.key}:over",
            width=200,
        )
        parts = _equally(form, typed(over) or Decimal(0))
        st.button(
            _("Divide each team's part equally among its people"),
            on_click=restart,
            args=(editor, form.model_copy(update={"parts": parts})),
            disabled=parts == form.parts,
        )
    _add_seat(editor, form)
    with st.expander(_("Edit the parts"), expanded=not any(_given(part) for part in editor.start.parts)):
        return _parts(editor, form, ratio=ratio)


def _add_seat(editor: Editor, form: TargetForm) -> None:
    """Plan for somebody who is not hired yet: the seat's quota counts, and pays nobody."""
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    with st.popover(_("Add an open seat")):
        team = st.selectbox(
            _("Team"), list(teams), format_func=lambda key: teams[key], key=f"{editor.key}:seat_of"
        )
        name = st.text_input(
            _("Name of the seat"),
            max_chars=60,
            key=f"{editor.key}:seat",
            help=_("Such as Account executive West. Its part counts toward its team's, and pays nobody."),
        )
        wanted = target_form.with_seat(form, team or "", name or "")
        st.button(
            _("Add it to the parts"),
            on_click=restart,
            args=(editor, wanted),
            disabled=wanted == form,
            key=f"{editor.key}:seat_add",
        )


def _parts(editor: Editor, form: TargetForm, *, ratio: bool) -> TargetForm:
    named, start = targets_page.owner_names(), editor.start.parts
    frame = pd.DataFrame(
        {
            "who": [
                ("" if p.owner.startswith("team:") else "\u2003") + targets_page.owner_name(p.owner, named)
                for p in start
            ],
            "share": [shown(p.share, 100) for p in start],
            "amount": [shown(p.amount) for p in start],
            "since": [p.since for p in start],
            "note": [_("Changes within the year") if p.dated else "" for p in start],
        }
    ).astype({"share": "float64", "amount": "float64", "since": "datetime64[ns]"})
    edited = st.data_editor(
        frame,
        key=f"{editor.key}:parts:{ratio}",
        hide_index=True,
        disabled=["who", "note"],
        column_order=[
            "who",
            "share",
            *([] if ratio else ["amount"]),
            "since",
            *(["note"] if any(part.dated for part in start) else []),
        ],
        column_config={
            "who": st.column_config.TextColumn(_("Who")),
            "note": st.column_config.TextColumn(
                _("Note"), help=_("Such a part stays as it is, unless you give it anew for the whole year.")
            ),
            "share": st.column_config.NumberColumn(
                _("Share (%)"),
                min_value=0.0,
                help=_("Of the target one level above; together they may exceed 100%."),
            ),
            "since": st.column_config.DateColumn(
                _("From"),
                help=_("A share that you change holds from this day of the year; what was before stays."),
            ),
            "amount": st.column_config.NumberColumn(
                _("or amount for the year"),
                min_value=0.0,
                format="localized",
                help=_("Give either: the one you change counts."),
            ),
        },
        placeholder="",
        alt=_("Shares and amounts of teams and people"),
    )
    rows = zip(start, edited["share"], edited["amount"], edited["since"], strict=True)
    return form.model_copy(
        update={"parts": tuple(_part(part, share, amount, since) for part, share, amount, since in rows)}
    )


def _part(start: PartForm, share: Any, amount: Any, since: Any) -> PartForm:
    """A row of the grid as a part: of share and amount, the one that was changed counts. A day counts only
    with a share that was changed."""
    made = _given_anew(start, share, amount)
    if made.share is None or (made is start and start.since is None):
        return made
    return made.model_copy(update={"since": None if pd.isna(since) else pd.Timestamp(since).date()})


def _given_anew(start: PartForm, share: Any, amount: Any) -> PartForm:
    money = typed(amount)
    found = typed(share)
    part = None if found is None else found / 100
    if part == start.share and money == start.amount:
        return start
    if money != start.amount and money is not None:
        return PartForm(owner=start.owner, of=start.of, amount=money)
    if part != start.share and part is not None:
        return PartForm(owner=start.owner, of=start.of, share=part)
    return PartForm(owner=start.owner, of=start.of, share=part, amount=None if part is not None else money)


def _equally(form: TargetForm, over: Decimal) -> tuple[PartForm, ...]:
    """Each team that has a part divides it equally among its people, to a hundredth of a percent."""
    teams = {part.owner for part in form.parts if part.owner.startswith("team:") and _given(part)}
    shares: dict[str, Decimal] = {}
    for team in teams:
        people = [part.owner for part in form.parts if part.of == team]
        if people:
            whole = int(10_000 * (100 + over) / 100)
            each = largest_remainder(whole, [1] * len(people))
            shares |= {owner: Decimal(part) / 10_000 for owner, part in zip(people, each, strict=True)}
    return tuple(
        PartForm(owner=part.owner, of=part.of, share=shares[part.owner]) if part.owner in shares else part
        for part in form.parts
    )


def _given(part: PartForm) -> bool:
    return part.share is not None or part.amount is not None
