"""On which results the Simulate page pays: what happened, the year with its forecast, or a future by hand."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

import pandas as pd
import streamlit as st

from revplan.access import Viewer
from revplan.model.facts import Facts, Happened, Luck, ToCome, Written, WrittenDeal
from revplan.service import facts as facts_of
from revplan.service import workspace
from revplan.service.facts import OpenNow
from revplan.words import _, formats

KIND, LUCK, WRITTEN, TURN = "sim_facts", "sim_luck", "sim_written", "sim_written_turn"


def choose(viewer: Viewer) -> Facts:
    """The choice above the levers, and under it what belongs to it; what happened until another is chosen."""
    st.session_state.setdefault(KIND, "happened")
    kinds = {
        "happened": _("What happened"),
        "forecast": _("This year so far and its forecast"),
        "written": _("A future written by hand"),
    }
    kind = st.radio(
        _("On which results"),
        list(kinds),
        format_func=lambda name: kinds[name],
        key=KIND,
        horizontal=True,
        persist_state="session",
    )
    if kind == "forecast":
        return ToCome(luck=_luck())
    if kind == "written":
        return _written(viewer)
    return Happened()


def load(facts: Facts) -> None:
    """Set the choice as a scenario has it."""
    st.session_state[KIND] = facts.kind
    if isinstance(facts, ToCome):
        st.session_state[LUCK] = facts.luck
    if isinstance(facts, Written):
        _put(facts)


def in_words(facts: Facts) -> str:
    """Facts as the end of a sentence."""
    if isinstance(facts, ToCome):
        return {
            "poor": _("a poor future of the forecast"),
            "middle": _("a middling future of the forecast"),
            "good": _("a good future of the forecast"),
        }[facts.luck]
    return _("a future written by hand") if isinstance(facts, Written) else _("what happened")


def _luck() -> Luck:
    st.session_state.setdefault(LUCK, "middle")
    lucks = {"poor": _("Poor"), "middle": _("Middling"), "good": _("Good")}
    chosen = st.radio(
        _("How it goes"),
        list(lucks),
        format_func=lambda name: lucks[name],
        key=LUCK,
        persist_state="session",
        horizontal=True,
        help=_(
            "Of 1,000 futures drawn, one in which the company wins more than in a tenth, a half or nine "
            "tenths of them. Every scenario meets the same luck."
        ),
    )
    return cast(Luck, chosen)


# ---------------------------------------------------------------- by hand


def _put(facts: Written) -> None:
    st.session_state[WRITTEN] = facts
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # new grids: they start from what is kept


def _written(viewer: Viewer) -> Written:
    """What is written, and the form in which it is changed."""
    known = cast(Written, st.session_state.setdefault(WRITTEN, Written(rest="new_business")))
    turn = st.session_state.setdefault(TURN, 0)
    deals = facts_of.open_deals(viewer)
    company = workspace.current().book().company
    teams = {team.name: team.id for team in company.teams}
    with (
        st.expander(_("What will happen"), expanded=not known.deals),
        st.form(f"sim_written_form_{turn}", border=False),
    ):
        first, second = st.columns(2)
        rests = {
            "nothing": _("Nothing else"),
            "new_business": _("New business as in the same months last year"),
            "last_year": _("All but renewals as in the same months last year"),
        }
        with first:
            rest = st.selectbox(
                _("Besides the deals below"),
                list(rests),
                list(rests).index(known.rest),
                format_func=lambda name: rests[name],
                key=f"sim_rest_{turn}",
            )
        with second:
            growth = st.number_input(
                _("Last year's amounts, in percent"),
                0,
                1000,
                int(known.growth * 100),
                5,
                key=f"sim_growth_{turn}",
            )
        renewals = st.checkbox(
            _("Whatever runs out is renewed as it is"), known.renewals == "all", key=f"sim_renewals_{turn}"
        )
        title = _("Open deals: which are won, when and for how much")
        st.markdown(f"**{title}**")
        won = st.data_editor(
            _open_frame(deals, known), hide_index=True, key=f"sim_open_{turn}", width="stretch",
            column_config={
                "won": st.column_config.CheckboxColumn(_("Won")),
                "name": st.column_config.TextColumn(_("Deal"), disabled=True),
                "owner": st.column_config.TextColumn(_("Owner"), disabled=True),
                "on": st.column_config.DateColumn(_("Closes on")),
                "amount": st.column_config.NumberColumn(_("Amount"), min_value=0),
                "currency": st.column_config.TextColumn(_("Currency"), disabled=True),
            },
        )  # fmt: skip
        title = _("New deals of teams")
        st.markdown(f"**{title}**")
        new = st.data_editor(
            _new_frame(known, teams), num_rows="dynamic", hide_index=True, key=f"sim_new_{turn}",
            width="stretch",
            column_config={
                "team": st.column_config.SelectboxColumn(_("Team"), options=list(teams)),
                "number": st.column_config.NumberColumn(_("How many"), min_value=1, max_value=500, default=1),
                "amount": st.column_config.NumberColumn(_("Amount of each"), min_value=0),
                "on": st.column_config.DateColumn(_("Closes on")),
            },
        )  # fmt: skip
        if st.form_submit_button(_("Pay this future"), type="primary"):
            others = tuple(deal for deal in known.deals if deal.renewal or deal.owner)
            rows = (*_won_rows(won, deals), *_new_rows(new, teams), *others)
            grows = Decimal(int(growth)) / 100 if rest != "nothing" else Decimal(1)
            made = {"rest": rest, "growth": grows, "renewals": "all" if renewals else "written"}
            _put(Written.model_validate({**made, "until": known.until, "deals": rows}))
            st.rerun()
    st.caption(
        _("{count} deals are written; what is not won here stays open.").format(
            count=formats.number(sum(deal.number for deal in known.deals))
        )
    )
    return known


def _open_frame(deals: tuple[OpenNow, ...], known: Written) -> pd.DataFrame:
    written = {deal.opportunity: deal for deal in known.deals if deal.opportunity}
    rows = []
    for deal in deals:
        said = written.get(deal.id)
        amount = said.amount if said and said.amount is not None else deal.amount
        rows.append(
            {
                "won": said is not None,
                "name": deal.name,
                "owner": deal.owner,
                "on": said.on if said else deal.expected_on,
                "amount": float(amount),
                "currency": deal.currency,
            }
        )
    return pd.DataFrame(rows, columns=["won", "name", "owner", "on", "amount", "currency"])


def _won_rows(frame: pd.DataFrame, deals: tuple[OpenNow, ...]) -> list[WrittenDeal]:
    found = []
    for row, deal in zip(frame.to_dict("records"), deals, strict=True):
        if row["won"]:
            on, amount = _day(row["on"]) or deal.expected_on, _number(row["amount"])
            changed = amount if amount is not None and amount != deal.amount else None
            found.append(WrittenDeal(opportunity=deal.id, on=on, amount=changed))
    return found


def _new_frame(known: Written, teams: dict[str, str]) -> pd.DataFrame:
    called = {identity: name for name, identity in teams.items()}
    rows = [
        {"team": called.get(d.team, d.team), "number": d.number, "amount": float(d.amount or 0), "on": d.on}
        for d in known.deals
        if d.team
    ]
    frame = pd.DataFrame(rows, columns=["team", "number", "amount", "on"])
    kinds = {"team": "object", "number": "Int64", "amount": "Float64"}
    return frame.astype(kinds).assign(on=pd.to_datetime(frame["on"]))


def _new_rows(frame: pd.DataFrame, teams: dict[str, str]) -> list[WrittenDeal]:
    """The rows that say a team, an amount and a day; others are not finished yet."""
    found = []
    for row in frame.to_dict("records"):
        on, amount = _day(row["on"]), _number(row["amount"])
        if row["team"] in teams and on is not None and amount is not None:
            number = int(_number(row["number"]) or 1)
            found.append(WrittenDeal(team=teams[row["team"]], on=on, amount=amount, number=number))
    return found


def _number(value: Any) -> Decimal | None:
    return None if pd.isna(value) else Decimal(str(value))


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
