"""The levers of the Simulate page: sliders over the whole plan set, and changes added one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from revplan.model.book import Book
from revplan.model.credit import ATTRIBUTED
from revplan.model.record_text import read_document, to_document
from revplan.model.scenario import Scenario
from revplan.service import scenario_words
from revplan.ui.text import plain
from revplan.words import N_, _, formats, gettext, names, sentences

Document = dict[str, Any]

LOADED = "sim_levers_loaded"
"""Said in the session once levers were set from elsewhere on the page, which then shows them."""


@dataclass(frozen=True)
class Lever:
    """A slider in percent of what is: 100 changes nothing. `make` is the change at a factor. One of a
    `forecast` acts on what is open alone."""

    key: str
    label: str
    help: str
    make: Callable[[str, str], Document]
    forecast: bool = False


def _plain(kind: str) -> Callable[[str, str], Document]:
    return lambda factor, _target: {"kind": kind, "factor": factor}


LEVERS = (
    Lever("rates", N_("Rates"), N_("Everything that the plans' tables pay."), _plain("rates")),
    Lever(
        "thresholds",
        N_("Thresholds"),
        N_("Where tiers, points and steps stand: lower ones are reached sooner."),
        _plain("thresholds"),
    ),
    Lever(
        "target",
        N_("Shared target"),
        N_("The company's target and what teams and people have of it."),
        lambda factor, target: {"kind": "target_amounts", "target": target, "factor": factor},
    ),
    Lever("quota", N_("Quotas"), N_("People's own quotas; the company's target stays."), _plain("quota")),
    Lever("incentive", N_("Target incentives"), N_("Variable pay at 100%."), _plain("incentive")),
    Lever(
        "deal_size",
        N_("Deal sizes"),
        N_("Amounts of deals, and of the contracts, invoices and payments that follow."),
        _plain("deal_size"),
    ),
    Lever("win_rate", N_("Win rates"), N_("Chances of the open deals to be won."), _plain("win_rate"), True),
    Lever(
        "new_business",
        N_("New business"),
        N_("Deals that are not in the pipeline yet."),
        _plain("new_business"),
        True,
    ),
    Lever("churn", N_("Churn"), N_("The share of renewals that is lost."), _plain("churn"), True),
)


def load(scenario: Scenario, target: str) -> None:
    """Set the levers and the list as a scenario has them; `target` is the shared one that a lever moves.

    A lever takes one change; what it cannot say as it stands is in the list.
    """
    st.session_state[LOADED] = True
    st.session_state["sim_extra"] = []
    for lever in LEVERS:
        st.session_state[f"sim_{lever.key}"] = 100
    taken: set[str] = set()
    for document in map(to_document, scenario.changes):
        fitting = next((each for each in LEVERS if _fits(each, document, target)), None)
        percent = Decimal(str(document.get("factor", 0))) * 100
        if fitting and fitting.key not in taken and percent == int(percent) and 50 <= percent <= 150:
            taken.add(fitting.key)
            st.session_state[f"sim_{fitting.key}"] = int(percent)
        else:
            st.session_state["sim_extra"].append(document)


def _fits(lever: Lever, document: Document, target: str) -> bool:
    """Whether the change is the lever's but for the factor."""
    return {**document, "factor": "1"} == lever.make("1", target)


def draw(book: Book, plan_set: str, target: str, *, forecast: bool = False) -> Scenario:
    """The sliders and the list of changes; returns the scenario that they make, without a name."""
    extra: list[Document] = st.session_state.setdefault("sim_extra", [])
    documents: list[Document] = []
    for lever in LEVERS:
        if (lever.key == "target" and not target) or (lever.forecast and not forecast):
            continue
        st.session_state.setdefault(f"sim_{lever.key}", 100)
        value = st.slider(
            gettext(lever.label),
            50,
            150,
            step=1,
            format="%d%%",
            help=gettext(lever.help),
            key=f"sim_{lever.key}",
            persist_state="session",
        )
        if value != 100:
            documents.append(lever.make(f"{value}%", target))
    scenario, issues = _scenario(plan_set, [*documents, *extra])
    for issue in issues:
        st.warning(plain(sentences.sentence(issue)))
    if extra:
        title = _("Also")
        st.markdown(f"**{title}**")
    for place, document in enumerate(extra):
        made, _issues = _scenario(plan_set, [document])
        text = scenario_words.change_text(made.changes[0], book) if made.changes else document["kind"]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(text), width="stretch")
            st.button(
                _("Remove"), key=f"sim_remove_{place}", type="tertiary", on_click=_take, args=(extra, place)
            )
    with st.popover(_("Add a change"), width="stretch"):
        _form(book, plan_set, target, extra)
    return scenario


def _take(extra: list[Document], place: int) -> None:
    extra.pop(place)


def _scenario(plan_set: str, documents: list[Document]) -> tuple[Scenario, tuple[Any, ...]]:
    said = {"id": "draft", "name": "draft", "plan_set": plan_set, "change": documents}
    scenario, issues = read_document(Scenario, said)
    if scenario is None:
        return Scenario(id="draft", name="draft", plan_set=plan_set), issues
    return scenario, ()


# ---------------------------------------------------------------- one change at a time


def _form(book: Book, plan_set: str, target: str, extra: list[Document]) -> None:
    """A change of a chosen kind, added to the list once its button is pressed."""
    kinds = {
        "rates": _("Rates of a plan"),
        "thresholds": _("Thresholds of a plan"),
        "new_weights": _("Weights of a plan"),
        "bounds": _("Caps and floors"),
        "attribution": _("Who is credited"),
        "joins": _("People join"),
        "leaves": _("Somebody leaves"),
        "pay_mix": _("Pay mix of a team"),
        "incentive": _("Target incentives of a team"),
        "quota": _("Quotas of a team"),
        "deal_size": _("Deal sizes of a team"),
        "without_plan": _("Without a plan"),
    }
    kind = st.selectbox(_("What changes"), list(kinds), format_func=lambda name: kinds[name], key="sim_kind")
    document = _fields(book, plan_set, target, str(kind))
    st.button(
        _("Add it"),
        key="sim_add",
        type="primary",
        disabled=document is None,
        on_click=extra.append,
        args=(document,),
    )


def _fields(book: Book, plan_set: str, target: str, kind: str) -> Document | None:
    if kind in ("rates", "thresholds"):
        return {"kind": kind, **_plan(book, plan_set, component=True), "factor": _factor(kind)}
    if kind == "new_weights":
        return _weights(book, plan_set)
    if kind == "bounds":
        place = _plan(book, plan_set, component=True)
        gone = st.multiselect(
            _("Take away"),
            ["cap", "floor"],
            ["cap"],
            format_func=lambda name: {"cap": _("the cap"), "floor": _("the floor")}[name],
            key="sim_gone",
        )
        cap = st.number_input(
            _("New cap, in percent of the incentive (0 for none)"), 0, 1000, 0, 10, key="sim_cap"
        )
        document: Document = {"kind": kind, **place}
        if cap:
            document["cap"] = {"of_incentive": f"{cap}%"}
        remove = [name for name in gone if not (name == "cap" and cap)]
        if remove:
            document["remove"] = remove
        return document if cap or remove else None
    if kind == "attribution":
        rules = sorted(ATTRIBUTED)
        rule = st.selectbox(
            _("Marketing is credited"),
            rules,
            format_func=lambda name: names.named(names.CREDIT_RULES, name),
            key="sim_rule",
        )
        days = st.number_input(_("Days to look back"), 1, 1000, 180, key="sim_days")
        return {"kind": kind, "credit": {"rule": rule, "look_back_days": days}}
    if kind == "without_plan":
        plan = _plan(book, plan_set, component=False, every=False)
        return {"kind": kind, **plan} if plan else None
    if kind == "joins":
        return _joins(book, target)
    if kind == "leaves":
        people = {row["payee_id"]: row["name"] for row in book.tables["payees"].to_pylist()}
        who = st.selectbox(_("Who"), list(people), format_func=lambda payee: people[payee], key="sim_who")
        day = st.date_input(_("First day without"), book.company.as_of, key="sim_day")
        return {"kind": kind, "payee": who, "on": str(day)} if who else None
    team = _team(book)
    who = {"teams": [team]} if team else {}
    if kind == "pay_mix":
        share = st.slider(_("Variable part of pay"), 0, 100, 30, format="%d%%", key="sim_variable")
        return {"kind": kind, "who": who, "variable": f"{share}%"}
    if kind == "deal_size":
        return {"kind": kind, **({"teams": [team]} if team else {}), "factor": _factor(kind)}
    return {"kind": kind, "who": who, "factor": _factor(kind)}


def _factor(kind: str) -> str:
    value = st.slider(_("Percent of what it is"), 0, 300, 110, format="%d%%", key=f"sim_factor_{kind}")
    return f"{value}%"


def _plan(book: Book, plan_set: str, *, component: bool, every: bool = True) -> Document:
    plans = {plan.id: plan for plan in book.plans if plan_set in plan.sets}
    chosen = st.selectbox(
        _("Plan"),
        [*([""] if every else []), *plans],
        format_func=lambda name: plans[name].name if name else _("All plans"),
        key="sim_plan",
    )
    if not chosen:
        return {}
    if not component:
        return {"plan": chosen}
    parts = {each.id: each.name for each in plans[chosen].components}
    part = st.selectbox(
        _("Component"),
        ["", *parts],
        format_func=lambda name: parts[name] if name else _("All of them"),
        key=f"sim_component_{chosen}",
    )
    return {"plan": chosen} | ({"component": part} if part else {})


def _weights(book: Book, plan_set: str) -> Document | None:
    weighed = {
        plan.id: plan
        for plan in book.plans
        if plan_set in plan.sets and sum(each.pays.way == "incentive" for each in plan.components) > 1
    }
    if not weighed:
        st.caption(_("No plan of this set divides the target incentive between components."))
        return None
    chosen = st.selectbox(
        _("Plan"), list(weighed), format_func=lambda name: weighed[name].name, key="sim_weighed"
    )
    found: list[Document] = []
    for each in weighed[str(chosen)].components:
        if each.pays.way == "incentive":
            value = st.number_input(
                plain(each.name), 0, 100, round(each.pays.weight * 100), key=f"sim_weight_{chosen}_{each.id}"
            )
            found.append({"component": each.id, "weight": f"{value}%"})
    whole = sum(Decimal(str(each["weight"]).removesuffix("%")) for each in found)
    if whole != 100:
        st.caption(
            _("The weights add up to {share}; they need to be {whole}.").format(
                share=formats.percent(int(whole * 10_000)), whole=formats.percent(1_000_000)
            )
        )
        return None
    return {"kind": "new_weights", "plan": chosen, "weights": found}


def _joins(book: Book, target: str) -> Document | None:
    team = _team(book, every=False)
    rows = book.tables["payees"].to_pylist()
    roles = sorted({row["role"] for row in rows if row["team"] == team} or {row["role"] for row in rows})
    role = st.selectbox(_("Role"), roles, key="sim_role")
    number = st.number_input(_("How many"), 1, 500, 1, key="sim_number")
    day = st.date_input(_("From"), book.company.as_of, key="sim_joins")
    usual = _usual(rows, role)
    pay = st.number_input(
        _("Target incentive a year, each"),
        0,
        None,
        usual // 10**book.company.digits,
        1_000,
        key=f"sim_pay_{role}",
    )
    share = st.number_input(
        _("Share of the team's quota, each (percent)"), 0.0, 100.0, 0.0, 1.0, key="sim_share"
    )
    if not role or not team:
        return None
    called = _("New {role}").format(role=role)
    document: Document = {
        "kind": "joins", "name": called, "number": number, "team": team, "role": role,
        "on": str(day), "target_incentive": pay,
    }  # fmt: skip
    if share and target:
        document["quotas"] = [{"target": target, "share": f"{share}%", "of": f"team:{team}"}]
    return document


def _usual(rows: Sequence[Document], role: str | None) -> int:
    """The middle target incentive of a role, minor units."""
    found = sorted(row["target_incentive"] or 0 for row in rows if row["role"] == role)
    return int(found[len(found) // 2]) if found else 0


def _team(book: Book, *, every: bool = True) -> str:
    teams = {team.id: team.name for team in book.company.teams}
    chosen = st.selectbox(
        _("Team"),
        [*([""] if every else []), *teams],
        format_func=lambda name: teams[name] if name else _("Everybody"),
        key=f"sim_team_{every}",
    )
    return str(chosen or "")
