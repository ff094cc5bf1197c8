"""Writing a decision of the council's own: a minute is pasted and read, a person confirms what was read, a draft is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.documents import DocumentError, Scanner
from portal.core.errors import Invalid, Refused
from portal.core.web.fields import options
from portal.core.web.lifecycle import note_refusal
from portal.core.web.pages import actor
from portal.decisions.actions.own import Resolved, draft_own_decision
from portal.decisions.forms.own import MOST_NAMED, MinuteForm, OwnForm, ResolutionForm
from portal.decisions.minutes import LONGEST, Phrase, ReadMinute, read_minute
from portal.decisions.minutes.files import text_of_file
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.board import boards_of, matters_awaiting
from portal.decisions.queries.contents import resolutions_of
from portal.decisions.queries.drafting import own_mark
from portal.decisions.queries.evidence import content_of
from portal.decisions.queries.own import own_decision, systems_named
from portal.decisions.routes import pages
from portal.decisions.routes.filling import TEXTS, fill_record, offer_notices, record_values, show_controls
from portal.decisions.rules.resolutions import (
    EFFECTS,
    MOST,
    Marked,
    Piece,
    confirmed,
    corrected,
    kept,
    key_of,
    mark_of,
    marked,
    pieces,
    plain,
    proposed,
    read_again,
    suggested,
)
from portal.decisions.wording import posts
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid

WRITE = "/decisions/own/write"
_NO_MATTER = {"": "None, or none that awaits your council"}
_NO_SYSTEM = {"": "None: your council alone reads it, until its record is published"}


@dataclass(frozen=True)
class Row:
    """One resolution on the page: its part of the form, and what was read in its words."""

    form: ResolutionForm
    number: str
    pieces: tuple[Piece, ...]
    phrases: tuple[Marked, ...]
    suggested: str | None


@pages.route("/decisions/own/new", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def read_own() -> ResponseReturnValue:
    """Paste or upload the minute; what was read is shown as a form to be confirmed. Nothing is kept yet."""
    form = MinuteForm()
    if request.method == "GET":
        return render_template("decisions/own_new.html", form=form)
    try:
        minute = read_minute(_text(form))
    except Invalid as error:
        show_invalid(form, error)
        form.text.data = plain(form.text.data or "")
        return render_template("decisions/own_new.html", form=form), 422
    own = OwnForm(formdata=None)
    _propose(own, minute)
    return _page(own, None)


@pages.route(WRITE, permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def write_own() -> ResponseReturnValue:
    """The form of a new draft: empty, or as it was confirmed."""
    return _write(None)


@pages.route("/decisions/own/<uuid:decision_id>/edit", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def edit_own(decision_id: UUID) -> ResponseReturnValue:
    """The same form for a draft that is there."""
    draft = own_decision(session(), decision_id)
    if draft.status != "draft":
        raise Refused("This decision is on the record. What was recorded is not changed.")
    return _write(draft)


def _write(draft: Decision | None) -> ResponseReturnValue:
    form = OwnForm()
    if request.method == "GET":
        _fill(form, draft)
        return _page(form, draft)
    if "add" in request.form or "remove" in request.form:
        _rows_wanted(form)
        return _page(form, draft)
    mark = own_mark(session(), draft)
    if draft is not None and form.seen.data != mark:
        form.form_errors.append(
            "A colleague has saved this draft since you opened it. Compare, then save again to keep yours."
        )
        form.seen.data = mark
        return _page(form, draft, theirs=_differences(form, draft)), 409
    try:
        saved = _save(form, draft)
    except Invalid as error:
        show_invalid(form, error)
        return _page(form, draft), 422
    flash("The draft is saved. Nobody outside your council sees it.", "success")
    return redirect(f"/decisions/own/{saved.id}", 303)


def _text(form: MinuteForm) -> str:
    """Pasted, or out of the file. Raises Invalid."""
    typed = (form.text.data or "").strip()
    file = request.files.get("file")
    chosen = file is not None and bool(file.filename)
    if typed and chosen:
        raise Invalid(file="Paste the text, or choose a file: not both.")
    if not typed and not chosen:
        raise Invalid(text="Paste the text of the minute, or choose a file.")
    if len(typed) > LONGEST:
        raise Invalid(
            text=f"The text has {len(typed):,} characters. Paste {LONGEST:,} or fewer: this one matter is enough."
        )
    if typed:
        return typed
    scanner: Scanner | None = current_app.extensions["scanner"]
    try:
        text = text_of_file(file, scanner)
    except DocumentError as error:
        note_refusal(error)
        raise Invalid(file=error.sentence) from None
    if len(text) > LONGEST:
        raise Invalid(file=f"The file has {len(text):,} characters. Choose one with {LONGEST:,} or fewer.")
    return text


def _propose(form: OwnForm, minute: ReadMinute) -> None:
    """What was read, into the form: proposals, of which no phrase and no effect is confirmed."""
    for name, value in proposed(minute).items():
        form[name].data = value
    form.is_key.data = "yes" if form.is_key.data else "no"
    read = minute.resolutions[:MOST]
    for one in read:
        words = plain(one.text)
        number = plain(one.number) or ("1" if len(minute.resolutions) == 1 else "")
        form.resolutions.append_entry(
            {"number": number, "heading": plain(one.heading), "text": words, "read": mark_of(words)}
        )
    unread = [*minute.unread, *(one.text for one in minute.resolutions[MOST:])]
    form.unread.data = plain("\n\n".join(unread))
    form.summary.data = plain("\n\n".join(minute.summary))
    remarks = list(minute.remarks)
    if minute.contacts:
        remarks.append("What names persons, or how to reach them, has been left out.")
    if len(minute.resolutions) > MOST:
        remarks.append(f"The first {MOST} resolutions are in the form, the others below among what was not read.")
    form.remarks.data = plain("\n".join(remarks))


def _fill(form: OwnForm, draft: Decision | None) -> None:
    if draft is None:
        form.resolutions.append_entry({"number": "1"})
        return
    fill_record(form, draft)
    form.title.data, form.system_id.data = draft.title, str(draft.system_id or "")
    for one in resolutions_of(session(), draft.id):
        form.resolutions.append_entry(
            {
                "number": one.number,
                "heading": one.heading,
                "text": one.text,
                "read": mark_of(one.text),
                "phrases": [key_of(phrase) for phrase in kept(one.phrases)],
                "named": [_named(phrase) for phrase in kept(one.phrases) if key_of(phrase) in _naming(one)],
                "effect": one.effect,
                "matter_id": str(one.matter_id or ""),
            }
        )
    form.seen.data = own_mark(session(), draft)


def _rows_wanted(form: OwnForm) -> None:
    """Add an empty resolution, or take one out; everything else typed stays."""
    number = request.form.get("remove", "")
    rows = [e.form.data for n, e in enumerate(form.resolutions.entries) if str(n) != number]
    if "add" in request.form:
        rows.append({"number": str(len(rows) + 1)})
    while form.resolutions.entries:
        form.resolutions.pop_entry()
    for values in rows[:MOST]:
        form.resolutions.append_entry(values)


def _save(form: OwnForm, draft: Decision | None) -> Decision:
    if not form.validate():
        raise Invalid
    resolved, wrong = _resolved(form), bool(form.resolutions.errors)
    clean = Cleaning()
    title = clean.line(
        "title", form.title.data, "Enter what the decision is about, as its minute or record is headed.", 300
    )
    problems = clean.problems
    try:
        values = record_values(form)
    except Invalid as error:
        values, problems = {}, problems | dict(error.fields)
    if problems or wrong:
        raise Invalid(**problems)
    return draft_own_decision(
        session(),
        actor(),
        title=title,
        resolutions=resolved,
        decision_id=draft.id if draft else None,
        system_id=_system(form.system_id.data, draft),
        demonstration=current_app.config["PORTAL"].demonstration,
        **values,
    )


def _resolved(form: OwnForm) -> list[Resolved]:
    """Every resolution as confirmed. What is wrong stands beside its field, and among the errors of the list."""
    found: list[Resolved] = []
    for entry in form.resolutions.entries:
        row: ResolutionForm = entry.form
        if row.is_empty:
            continue
        problems = _resolution(row, found)
        for name, sentence in problems.items():
            row[name].errors = [sentence]
        if problems:
            form.resolutions.errors = [problems]
    return found


def _resolution(row: ResolutionForm, found: list[Resolved]) -> dict[str, str]:
    clean = Cleaning()
    number = clean.line("number", row.number.data, "Enter its number, as the minute counts it.", 20)
    heading = clean.line("heading", row.heading.data, None, 300)
    words = clean.lines("text", row.text.data, "Enter the words of the resolution, as minuted.", 20_000)
    if number in {one.number for one in found}:
        clean.wrong("number", f"Two resolutions have the number {number}. Tell them apart, for example as {number}a.")
    if row.effect.data not in EFFECTS:
        clean.wrong("effect", f"Choose what resolution ({number}) does.")
    if "text" not in clean.problems and read_again(words) and row.read.data != mark_of(words):
        clean.wrong(
            "phrases", "The words have changed, so they were read anew. Say which phrases were read rightly, then save."
        )
    for named in row.named.entries:
        for field in (named.form.holders, named.form.consulted):
            clean.line("phrases", field.data, max_chars=500)
    found.append(
        Resolved(
            number,
            words,
            row.effect.data or "notes",
            heading,
            confirmed(words, row.phrases.data or (), _corrected(row)),
            matter_id=_id("resolutions", row.matter_id.data),
        )
    )
    return clean.problems


def _named(phrase: Phrase) -> dict[str, str]:
    return {"key": key_of(phrase), "holders": "; ".join(phrase.holders), "consulted": "; ".join(phrase.consulted)}


def _corrected(row: ResolutionForm) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Who a phrase names, by its key, as a person put it right."""
    typed = (entry.form for entry in row.named.entries)
    return {
        one.key.data or "": (posts(plain(one.holders.data or "")), posts(plain(one.consulted.data or "")))
        for one in typed
    }


def _naming(one: Resolution) -> set[str]:
    """Keys of the phrases that name somebody, or that a person took everybody out of."""
    return {
        key_of(phrase) for phrase in (*read_again(one.text), *kept(one.phrases)) if phrase.holders or phrase.consulted
    }


def _offer_names(row: ResolutionForm, phrases: Sequence[Phrase]) -> None:
    """Fields for each phrase that names somebody, or that somebody was just taken out of; what belongs to no phrase is let go."""
    there = {entry.form.key.data for entry in row.named.entries}
    while row.named.entries:
        row.named.pop_entry()
    letters = {one.key: one for one in marked(row.text.data or "", phrases)}
    for phrase in phrases:
        if (phrase.holders or phrase.consulted or key_of(phrase) in there) and len(row.named.entries) < MOST_NAMED:
            row.named.append_entry(_named(phrase))
            found = letters[key_of(phrase)]
            row.named.entries[-1].form.title = f"[{found.letter}] {found.title}"


def _id(field: str, typed: str | None) -> UUID | None:
    """The id chosen, or None for none. Raises Invalid: only a page that was tampered with sends another."""
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise Invalid(**{field: "Choose one of those offered, or none."}) from None


def _system(typed: str | None, draft: Decision | None) -> UUID | None:
    system_id = _id("system_id", typed)
    kept = draft is not None and system_id == draft.system_id
    if system_id is not None and not kept and not actor().takes_part(system_id):
        raise Invalid(system_id="Choose one of the purchasing systems your council takes part in, or none.")
    return system_id


def _row(row: ResolutionForm) -> Row:
    """What the page shows of one resolution. Words that were changed lose what was ticked on other words."""
    words = plain(row.text.data or "")
    row.text.data = words
    for field in (row.number, row.heading):
        field.data = plain(field.data or "")
    if row.read.data != mark_of(words):
        row.phrases.data = []
        while row.named.entries:
            row.named.pop_entry()
    phrases = corrected(read_again(words), _corrected(row))
    _offer_names(row, phrases)
    row.read.data = mark_of(words)
    letters = marked(words, phrases)
    row.phrases.choices = options((one.key, one.label) for one in letters)
    effect = suggested(phrases)
    return Row(row, row.number.data or "", pieces(words, phrases), letters, EFFECTS[effect] if effect else None)


def _page(form: OwnForm, draft: Decision | None, theirs: Mapping[str, tuple[str, str]] | None = None) -> str:
    _offer(form, draft)
    rows = [_row(entry.form) for entry in form.resolutions.entries]
    show_controls(form)
    form.title.data = plain(form.title.data or "")
    return render_template(
        "decisions/own_write.html",
        form=form,
        rows=rows,
        draft=draft,
        theirs=theirs,
        action=f"/decisions/own/{draft.id}/edit" if draft else WRITE,
        unread=plain(form.unread.data or ""),
        summary=plain(form.summary.data or ""),
        remarks=plain(form.remarks.data or "").splitlines(),
    )


def _offer(form: OwnForm, draft: Decision | None) -> None:
    """Choices: systems taken part in, and the joint decisions that await this council, or that a resolution is about already."""
    named = systems_named(session(), actor())
    systems = {str(key): title for key, title in named.items()}
    if draft and draft.system_id and draft.system_id not in named:
        systems[str(draft.system_id)] = "A system your council no longer takes part in"
    form.system_id.choices = options((_NO_SYSTEM | systems).items())
    form.delegation_id.choices = options([("", "None: the body named decides itself")])
    offer_notices(form, matter_id=None, system_ids=tuple(named), linked=draft.notice_id if draft else None)
    waiting = {str(b.id): b.title for b in matters_awaiting(session(), actor()) if b.needs_me}
    about = {e.form.matter_id.data for e in form.resolutions.entries} - waiting.keys() - {None, ""}
    known = boards_of(session(), actor(), _ids(about))
    offered = options((_NO_MATTER | waiting | {str(key): board.title for key, board in known.items()}).items())
    for entry in form.resolutions.entries:
        entry.form.matter_id.choices = offered


def _ids(typed: set[Any]) -> list[UUID]:
    found = []
    for one in typed:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _differences(form: OwnForm, draft: Decision) -> dict[str, tuple[str, str]]:
    """Where the two versions differ in their words: label to (what is typed here, what a colleague saved)."""
    saved = resolutions_of(session(), draft.id)
    mine = "\n\n".join(
        f"({e.form.number.data}) {e.form.text.data}" for e in form.resolutions.entries if not e.form.is_empty
    )
    versions = {
        "What it is about": (form.title.data or "", draft.title),
        "Resolutions": (mine, "\n\n".join(f"({one.number}) {one.text}" for one in saved)),
    }
    content = content_of(session(), draft)
    versions |= {
        form[name].label.text: (form[name].data or "", content[name])
        for name in ("decided_by_post", "decided_by_capacity", "evidence", *TEXTS)
    }
    return {label: (here, there) for label, (here, there) in versions.items() if plain(here) != plain(there)}
