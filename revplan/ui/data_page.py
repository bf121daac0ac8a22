"""The Data page's uploads: what a file holds, how it is read, and what of it would be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from revplan.access import Viewer
from revplan.issues import Issue
from revplan.model.tables import TABLES
from revplan.service import data as service
from revplan.service import preview as previews
from revplan.service import workspace
from revplan.service.preview import Preview
from revplan.service.uploads import Accepted
from revplan.store.batches import Batch
from revplan.ui import data_choices, data_lists, data_rows
from revplan.ui.text import plain
from revplan.words import _, data_names, formats, names, ngettext, sentences

_SHOWN_ISSUES = 3
_READ_OTHERWISE = {
    "data.binary_file",
    "data.broken_quotes",
    "data.header_only",
    "data.no_header",
    "data.too_many_columns",
    "data.unknown_sheet",
    "data.wrong_delimiter",
    "data.wrong_encoding",
}
"""What another encoding, separator, sheet or header row may cure."""
_IN_VIEW = {"data.same_file"}
"""Notes that are said at once, not behind the fold."""


@dataclass(frozen=True)
class Upload:
    """A file in the browser's hands, and what was chosen about it so far."""

    key: str
    name: str
    content: bytes

    @property
    def chosen(self) -> data_choices.Chosen:
        """What this person chose so far; kept in the session under the file's key."""
        chosen: data_choices.Chosen = st.session_state.setdefault(f"{self.key}_chosen", data_choices.Chosen())
        return chosen

    @property
    def accepted(self) -> Accepted | None:
        """What accepting it did, once it was accepted."""
        return st.session_state.get(f"{self.key}_accepted")


def pick_uploads() -> list[Upload]:
    """The uploader; the files picked, in the order in which their tables build on each other."""
    picked = st.file_uploader(
        _("Files: CSV, TSV, Excel or Parquet"),
        type=["csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xls", "ods", "parquet"],
        accept_multiple_files=True,
        key="data_files",
        help=_("Exports of your CRM, marketing, billing or personnel programs, with their own column names."),
    )
    return [Upload(f"upload_{file.file_id}", file.name, file.getvalue()) for file in picked]


def forget_rolled_back(uploads: Sequence[Upload], batches: Sequence[Batch]) -> None:
    """An upload that was rolled back is open again."""
    gone = {batch.batch_id for batch in batches if batch.rolled_back_at is not None}
    for upload in uploads:
        if upload.accepted and upload.accepted.batch.batch_id in gone:
            del st.session_state[f"{upload.key}_accepted"]


def look(viewer: Viewer, upload: Upload) -> Preview:
    """The upload's preview; made anew when a choice, or the data behind it, changed."""
    chosen = upload.chosen
    token = (workspace.current().fingerprint(), repr(chosen))
    kept = st.session_state.get(f"{upload.key}_preview")
    if kept is None or kept[0] != token:
        with st.spinner(_("Reading {name} …").format(name=plain(upload.name)), show_time=True):
            found = previews.preview(
                viewer, upload.name, upload.content, chosen.table or None, chosen.choices
            )
        kept = st.session_state[f"{upload.key}_preview"] = (token, found)
    preview: Preview = kept[1]
    return preview


def accept(viewer: Viewer, upload: Upload, preview: Preview) -> None:
    """Accept an upload and remember what it did."""
    with st.spinner(_("Keeping {name} …").format(name=plain(upload.name)), show_time=True):
        st.session_state[f"{upload.key}_accepted"] = service.accept(viewer, preview)


def show_accepted(viewer: Viewer, accepted: Accepted) -> None:
    """What an accepted upload did, in one sentence; the rows that came back can still be taken along."""
    st.success(
        _("{table}: {changes}. Kept as {batch}; you can roll it back below.").format(
            table=data_names.table(accepted.batch.table_name),
            changes=_changes(accepted.new, accepted.changed, accepted.unchanged, accepted.removed),
            batch=accepted.batch.batch_id,
        )
    )
    data_lists.offer_rejected(viewer, accepted.batch, "accepted")


def show_upload(viewer: Viewer, upload: Upload, preview: Preview) -> None:
    """One upload as a card: what it holds, its counts, the buttons, and the details in tabs."""
    with st.container(border=True):
        head, holds = st.columns([3, 2], vertical_alignment="bottom")
        head.markdown(f"#### {plain(upload.name)}")
        with holds:
            data_choices.choose_table(upload.key, preview)
        st.markdown(plain(told_counts(preview)))
        if preview.sheet is None:
            show_issues(preview.issues)
            if any(issue.code in _READ_OTHERWISE for issue in preview.issues):
                data_choices.choose_reading(upload.key, preview)
            return
        _buttons(viewer, upload, preview)
        _show_why_rejected(preview)
        show_issues(preview.issues)
        _tabs(upload, preview)


def told_counts(preview: Preview) -> str:
    """What of the file would be accepted, in one sentence."""
    if preview.sheet is None:
        return _("This file cannot be read yet. What is wrong, and what to do, is said below.")
    rows = len(preview.sheet.rows)
    read = ngettext("{rows} row read.", "{rows} rows read.", rows).format(rows=formats.number(rows))
    if not preview.table:
        return read + " " + _("Choose what the file holds.")
    if preview.missing:
        needed = formats.listed([data_names.column(name) for name in preview.missing])
        return read + " " + _("Choose which column holds: {needed}.").format(needed=needed)
    changes = _changes(preview.new, preview.changed, preview.unchanged, preview.removed)
    parts = [read, _("Accepting it: {changes}.").format(changes=changes)]
    if preview.rejected:
        text = ngettext(
            "{rows} row cannot be used and comes back to you with its reason.",
            "{rows} rows cannot be used and come back to you with their reasons.",
            preview.rejected,
        )
        parts.append(text.format(rows=formats.number(preview.rejected)))
    return " ".join(parts)


def _changes(new: int, changed: int, unchanged: int, removed: int) -> str:
    counted = [
        (new, _("{rows} new")),
        (changed, _("{rows} changed")),
        (unchanged, _("{rows} unchanged")),
        (removed, _("{rows} removed")),
    ]
    said = [text.format(rows=formats.number(rows)) for rows, text in counted if rows]
    return formats.listed(said) if said else _("nothing changes")


def _buttons(viewer: Viewer, upload: Upload, preview: Preview) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label = ngettext("Accept {rows} row", "Accept {rows} rows", preview.good)
        if st.button(
            label.format(rows=formats.number(preview.good)),
            type="primary",
            key=f"{upload.key}_accept",
            disabled=not preview.acceptable,
        ):
            accept(viewer, upload, preview)
            st.rerun()
        _offer_rejected(upload, preview)
        if preview.cleaned is not None:
            data_choices.choose_replacing(upload.key)


def _offer_rejected(upload: Upload, preview: Preview) -> None:
    if preview.rejected:
        data_lists.rejected_rows(
            preview.rejected, upload.name, lambda: previews.rejected_file(preview), upload.key
        )


def _show_why_rejected(preview: Preview) -> None:
    """The reasons that reject most rows, in view."""
    if reasons := data_rows.why_rejected(preview):
        draw = st.warning if preview.acceptable else st.error
        draw("\n\n".join(reasons[:_SHOWN_ISSUES]))


def show_issues(issues: Sequence[Issue]) -> None:
    """Issues as sentences: errors and a few warnings in view, the rest behind a fold."""
    said = [one for one in issues if one.code != "data.column_missing"]  # the opening line names those
    ordered = sorted(said, key=lambda one: one.sort_key)
    for severity, draw in (("error", st.error), ("warning", st.warning)):
        if found := [_remark(one) for one in ordered if one.severity == severity][:_SHOWN_ISSUES]:
            draw("\n\n".join(found))
            ordered = [one for one in ordered if _remark(one) not in found]
    if found := [_remark(one) for one in ordered if one.code in _IN_VIEW]:
        st.info("\n\n".join(found))
        ordered = [one for one in ordered if one.code not in _IN_VIEW]
    if ordered:
        label = ngettext("{number} remark", "{number} remarks", len(ordered))
        with st.expander(label.format(number=formats.number(len(ordered)))):
            for issue in ordered:
                st.markdown(f"**{plain(names.named(names.SEVERITIES, issue.severity))}** · {_remark(issue)}")


def _remark(issue: Issue) -> str:
    """An issue as Markdown, without the file's name, which stands above already."""
    column = f"**{plain(issue.where.column)}**: " if issue.where.column else ""
    row = _("Row {number}.").format(number=formats.number(issue.where.row)) if issue.where.row else ""
    return f"{plain(row)} {column}".lstrip() + plain(" ".join(filter(None, sentences.told(issue))))


def _tabs(upload: Upload, preview: Preview) -> None:
    unknown = sum(one.by in ("unknown", "default") for one in preview.meanings)
    titles = [
        _("Rows"),
        _("Rejected ({number})").format(number=formats.number(preview.rejected)),
        _("Columns"),
        _("Words and people ({number})").format(number=formats.number(unknown)),
        _("How it is read"),
    ]
    unusable = preview.rejected and not preview.acceptable
    first = titles[2] if preview.missing or not preview.table else titles[1 if unusable else 0]
    rows, rejected, columns, words, reading = st.tabs(titles, default=first)
    with rows:
        data_rows.show_rows(upload.key, preview)
    with rejected:
        data_rows.show_rejected(upload.key, preview)
    with columns:
        data_choices.choose_columns(upload.key, preview)
    with words:
        data_choices.choose_meanings(upload.key, preview)
    with reading:
        data_choices.choose_reading(upload.key, preview)


def accept_all(viewer: Viewer, uploads: Sequence[tuple[Upload, Preview]]) -> None:
    """Accept several uploads in the order in which their tables build on each other, each read anew after
    the one before: deals find the people who came with them."""
    order = {name: number for number, name in enumerate(TABLES)}
    for upload, preview in sorted(uploads, key=lambda pair: order.get(pair[1].table, len(order))):
        fresh = look(viewer, upload) if preview.acceptable else preview
        if fresh.acceptable:
            accept(viewer, upload, fresh)
