"""How much: a year's amounts in three ways beside last year's, their fields of the editor and the chart."""

from decimal import Decimal

import pandas as pd
import streamlit as st

from revplan.model.results import Unit
from revplan.money import MILLION, to_major
from revplan.service import target_amounts, workspace
from revplan.service.target_amounts import Proposal
from revplan.service.target_form import TargetForm
from revplan.ui import charts, target_charts
from revplan.ui.grid_numbers import padded, typed
from revplan.ui.target_session import Editor, restart
from revplan.ui.text import plain
from revplan.words import _, formats

STEPS = (1, 100, 1_000, 10_000, 100_000)


def how_much(editor: Editor, form: TargetForm) -> TargetForm:
    words = {
        "grown": _("Last year × growth"),
        "seasonal": _("A total by season"),
        "typed": _("Typed"),
    }
    way = st.segmented_control(
        _("How the amounts are set"),
        list(words),
        default=form.way,
        required=True,
        format_func=lambda code: words[code],
        key=f"{editor.key}:way",
    )
    form = form.model_copy(update={"way": way or form.way})
    if form.way == "grown":
        return _grown(editor, form)
    return _seasonal(editor, form) if form.way == "seasonal" else _typed(editor, form)


def _grown(editor: Editor, form: TargetForm) -> TargetForm:
    with st.container(horizontal=True):
        growth = st.number_input(
            _("Growth over last year (%)"),
            value=float(form.growth * 100),
            min_value=-100.0,
            max_value=10_000.0,
            step=1.0,
            format="%.1f",
            key=f"{editor.key}:growth",
        )
        step = st.selectbox(
            _("Round each amount to"),
            STEPS,
            index=STEPS.index(form.step) if form.step in STEPS else 0,
            format_func=formats.number,
            key=f"{editor.key}:step",
        )
    share = (typed(growth) or Decimal(0)) / 100
    return form.model_copy(update={"growth": share, "step": step})


def _seasonal(editor: Editor, form: TargetForm) -> TargetForm:
    words = {"equal": _("Equal"), "last": _("As last year"), "own": _("Own weights")}
    with st.container(horizontal=True):
        total = st.number_input(
            _("Total for the year"),
            value=float(form.total) if form.total is not None else None,
            min_value=0.0,
            step=1000.0,
            format="%.0f" if form.total is None or form.total == int(form.total) else "%.2f",
            key=f"{editor.key}:total",
            width=200,
        )
        shape = st.segmented_control(
            _("Season"),
            list(words),
            default=form.shape,
            required=True,
            format_func=lambda code: words[code],
            key=f"{editor.key}:shape",
        )
    form = form.model_copy(update={"total": typed(total), "shape": shape or form.shape})
    if form.shape != "own":
        return form
    labels = _labels(form)
    frame = pd.DataFrame({"period": labels, "weight": padded(editor.start.weights, len(labels))})
    edited = st.data_editor(
        frame,
        key=f"{editor.key}:weights:{form.grain}",
        hide_index=True,
        disabled=["period"],
        column_config={
            "period": st.column_config.TextColumn(_("Period")),
            "weight": st.column_config.NumberColumn(
                _("Weight"), min_value=0.0, help=_("In percent, or any numbers")
            ),
        },
        placeholder="",
        alt=_("Weights of the periods"),
    )
    return form.model_copy(update={"weights": tuple(typed(each) for each in edited["weight"])})


def _typed(editor: Editor, form: TargetForm) -> TargetForm:
    labels, start = _labels(form), editor.start
    scale = _screen_scale(editor, form)
    same = start.grain == form.grain and start.measure == form.measure
    amounts = [None if a is None else a * scale for a in (start.typed if same else ())]
    unit = target_amounts.unit_of(editor.viewer, form.measure)
    book = workspace.current().book()
    before = target_amounts.year_periods(book, form.year - 1, form.grain)
    last = target_amounts.counted(editor.viewer, form.measure, before)
    frame = pd.DataFrame(
        {
            "period": labels,
            "last": [_stored_text(value, unit) for value in last],
            "amount": padded(amounts, len(labels)),
        }
    )
    percent = scale != 1
    edited = st.data_editor(
        frame,
        key=f"{editor.key}:typed:{form.grain}:{form.measure}",
        hide_index=True,
        disabled=["period", "last"],
        column_config={
            "period": st.column_config.TextColumn(_("Period")),
            "last": st.column_config.TextColumn(_("Last year"), alignment="right"),
            "amount": st.column_config.NumberColumn(
                _("Target (%)") if percent else _("Target"), min_value=0.0, format="localized"
            ),
        },
        placeholder="",
        alt=_("Amounts of the periods"),
    )
    found = [typed(each) for each in edited["amount"]]
    return form.model_copy(update={"typed": tuple(None if n is None else n / scale for n in found)})


def picture(editor: Editor, form: TargetForm, proposal: Proposal) -> None:
    """The live chart: last year, the amounts proposed, and this year so far."""
    company = workspace.current().book().company
    so_far = target_amounts.counted(editor.viewer, form.measure, proposal.periods)
    actuals = [
        value if period.start <= company.as_of else None
        for period, value in zip(proposal.periods, so_far, strict=True)
    ]
    figure = target_charts.target_by_period(
        proposal.periods,
        proposal.last_year,
        proposal.amounts,
        actuals,
        proposal.unit,
        company.currency,
        company.digits,
    )
    if proposal.unit != "ratio" and proposal.year is not None:
        st.markdown(_total_words(form, proposal))
    charts.show(
        figure, "amounts", _("The target of each period beside last year's result and this year's so far")
    )
    if form.way != "typed" and proposal.year is not None:
        by_hand = form.model_copy(update={"way": "typed", "typed": _in_units(proposal)})
        st.button(_("Adjust these amounts by hand"), on_click=restart, args=(editor, by_hand))


def _total_words(form: TargetForm, proposal: Proposal) -> str:
    last = sum(proposal.last_year)
    words = {"year": str(form.year), "total": _stored_text(proposal.total, proposal.unit)}
    if last <= 0:
        return plain(_("{total} in {year}.").format(**words))
    change = (proposal.total - last) * MILLION // last
    text = _("{total} in {year}, {change} on last year's {last}.")
    return plain(
        text.format(
            **words, change=formats.percent(change, sign=True), last=_stored_text(last, proposal.unit)
        )
    )


def _labels(form: TargetForm) -> list[str]:
    book = workspace.current().book()
    return [
        formats.period(period.label) for period in target_amounts.year_periods(book, form.year, form.grain)
    ]


def _screen_scale(editor: Editor, form: TargetForm) -> int:
    """Ratios are typed in percent."""
    return 100 if target_amounts.unit_of(editor.viewer, form.measure) == "ratio" else 1


def _stored_text(value: int, unit: Unit) -> str:
    company = workspace.current().book().company
    return formats.amount(value, unit, company.currency, company.digits, compact=True)


def _in_units(proposal: Proposal) -> tuple[Decimal, ...]:
    digits = workspace.current().book().company.digits
    if proposal.unit == "money":
        return tuple(to_major(amount, digits) for amount in proposal.amounts)
    return tuple(Decimal(amount) / MILLION for amount in proposal.amounts)
