"""The Changes page's parts: what to compare with, how much moved, each figure and what moved it."""

from collections import Counter

import pyarrow as pa
import streamlit as st

from revplan.access import Viewer
from revplan.rules.explain.diff import Moved
from revplan.service import diff, export, workspace
from revplan.service.diff import Changes, Earlier, Since
from revplan.service.refused import Refused
from revplan.ui import filters, formats
from revplan.ui.cards import Card, cards, money_card
from revplan.ui.changes_parts import story, true_up_story
from revplan.ui.downloads import download_table
from revplan.ui.tables import Column, show_table
from revplan.ui.targets_page import when
from revplan.ui.text import heading, plain
from revplan.words import _, names, ngettext, sentences
from revplan.words.diff_story import cause_names, what_moved

STATES = 20
"""So many earlier states of the data are offered."""


def choose(viewer: Viewer) -> tuple[str, Since | None]:
    """The plan set, and what to compare its figures with; None where there is nothing."""
    sets = export.plan_sets(viewer)
    if not sets:
        return "", None
    with st.container(horizontal=True):
        plan_set = filters.plan_set_filter(sets)
        offered = _offered(viewer, plan_set, sets)
        chosen = filters.choose(
            "since",
            _("Compared with"),
            list(offered),
            shown=lambda code: offered[code][1] if code in offered else code,
        )
    return plan_set, offered[chosen][0] if chosen else None


def _offered(viewer: Viewer, plan_set: str, sets: tuple[str, ...]) -> dict[str, tuple[Since, str]]:
    """What can be compared with, by the code in the address: how to ask for it, and its words."""
    found: dict[str, tuple[Since, str]] = {}
    earlier = diff.earlier_data(viewer)
    if earlier:
        position = diff.yesterday(earlier)
        found["yesterday"] = (Since("data", position), _("yesterday's data, or those before the last upload"))
    kinds = diff.kinds(viewer, plan_set)
    if "submission" in kinds:
        found["submission"] = (Since("submission"), _("what was submitted"))
    if "closed" in kinds:
        found["closed"] = (Since("closed"), _("what closed periods paid"))
    for state in earlier[:STATES]:
        found[f"data-{state.position}"] = (Since("data", state.position), _before(state))
    if viewer.role != "payee":
        for other in sets:
            if other != plan_set:
                words = _("the plans: {name}").format(name=names.plan_set(other))
                found[f"plans-{other}"] = (Since("plans", plan_set=other), words)
    return found


def _before(state: Earlier) -> str:
    if state.came:
        return _("data before {file}, {when}").format(file=formats.listed(state.came), when=when(state.at))
    return _("data before {when}").format(when=when(state.at))


def found(viewer: Viewer, plan_set: str, since: Since) -> Changes | None:
    """What changed; None where it cannot be told, which is said."""
    try:
        return diff.changes(viewer, plan_set, since)
    except Refused as refused:
        for issue in refused.issues:
            st.warning(plain(sentences.sentence(issue)))
        return None


def opening(changes: Changes, viewer: Viewer) -> str:
    """How many figures moved, for how many people, by how much."""
    terms = changes.terms
    if not changes.moved:
        return _("Nothing moved: every figure is what it was.")
    people = len({one.payee_id for one in changes.moved})
    total = sum(one.difference for one in changes.moved)
    amount = formats.money(total, terms.currency, terms.digits, sign=True)
    if viewer.role == "payee":
        text = ngettext(
            "{count} figure of yours moved: {total} in all.",
            "{count} figures of yours moved: {total} in all.",
            len(changes.moved),
        )
        return text.format(count=formats.number(len(changes.moved)), total=amount)
    text = ngettext(
        "{count} figure moved, for {people}: {total} in all.",
        "{count} figures moved, for {people}: {total} in all.",
        len(changes.moved),
    )
    who = ngettext("{count} person", "{count} people", people).format(count=formats.number(people))
    return text.format(count=formats.number(len(changes.moved)), people=who, total=amount)


def draw_cards(changes: Changes) -> None:
    """What was added, what was taken, and what moved most figures."""
    if len(changes.moved) < 2:
        return
    terms = changes.terms
    more = sum(one.difference for one in changes.moved if one.difference > 0)
    less = sum(one.difference for one in changes.moved if one.difference < 0)
    kinds = Counter(name for one in changes.moved for name in cause_names(one))
    found = [
        money_card(_("More"), more, terms.currency, terms.digits),
        money_card(_("Less"), less, terms.currency, terms.digits),
    ]
    if kinds:
        name, number = kinds.most_common(1)[0]
        about = ngettext("moved {count} figure", "moved {count} figures", number)
        found.append(Card(_("Most often"), name, context=about.format(count=formats.number(number))))
    cards(found)


def draw_table(viewer: Viewer, changes: Changes) -> Moved | None:
    """Every figure that moved, the largest first; the one that is picked, or the first."""
    if not changes.moved:
        return None
    order = sorted(changes.moved, key=lambda one: -abs(one.difference))
    teams = {team.id: team.name for team in workspace.current().book().company.teams}
    table = pa.table(
        {
            "person": pa.array([one.payee_name for one in order], pa.string()),
            "team": pa.array([teams.get(one.team_id, one.team_id) for one in order], pa.string()),
            "what": pa.array([what_moved(one) for one in order], pa.string()),
            "period": pa.array([one.period for one in order], pa.string()),
            "before": pa.array([one.before for one in order], pa.int64()),
            "after": pa.array([one.after for one in order], pa.int64()),
            "change": pa.array([one.difference for one in order], pa.int64()),
            "why": pa.array([", ".join(cause_names(one)) for one in order], pa.string()),
        }
    )
    columns = [
        Column("person", _("Person")),
        Column("team", _("Team")),
        Column("what", _("What")),
        Column("period", _("Period"), "period"),
        Column("before", _("Before"), "money"),
        Column("after", _("Now"), "money"),
        Column("change", _("Change"), "money"),
        Column("why", _("What moved it")),
    ]
    terms = changes.terms
    heading(_("What moved"))
    picked = show_table(
        table,
        columns,
        "changes",
        currency=terms.currency,
        digits=terms.digits,
        selectable=True,
        required=True,
        alt=_("Figures that moved"),
    )
    download_table(viewer, _("What moved"), table, columns, "changes")
    return order[picked or 0]


def draw_story(viewer: Viewer, plan_set: str, changes: Changes, moved: Moved) -> None:
    """Each input that moved the figure with its effect, and the deals behind it."""
    heading(_("Why it moved"))
    story(moved, changes.terms, diff.deals(viewer, plan_set, changes.since, moved))
    if moved.entry == "true_up" and changes.since.kind != "plans":
        heading(_("What moved the closed period"))
        who = (moved.payee_id, moved.plan_id, moved.component_id, moved.about)
        true_up_story(viewer, plan_set, *who)
    st.caption(_("The effects add up to the change. Choose another row above to see why that one moved."))
