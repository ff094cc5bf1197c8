"""One group of questions on a page: saved at every step, by button or by itself."""

import secrets
from collections.abc import Collection
from uuid import UUID

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from portal.applications.actions.answering import confirm_questions
from portal.applications.actions.drafting import EditConflict, Saved, save_answers
from portal.applications.forms import PageForm, rows_of
from portal.applications.queries.overview import Draft, chosen_groups, named, pages_of
from portal.applications.routes import pages
from portal.applications.routes.shared import draft, keys, page
from portal.applications.routes.summaries import read_rows
from portal.applications.rules import Group, kept_answer, problem_of
from portal.applications.stamps import Seen, digest, read_stamp, stamp, touched, written
from portal.core.database import session
from portal.core.documents import ACCEPTED
from portal.core.documents.kinds import Kind
from portal.core.errors import Invalid, PortalError
from portal.core.typeset.wording import size
from portal.core.web.lifecycle import note_refusal
from portal.core.web.look import clock_time
from portal.core.web.pages import actor
from portal.questionnaires.queries import QuestionView
from portal.questionnaires.rules import answer_warning
from portal.questionnaires.wording import condition_in_words
from tenants.permissions import Permission

LONGEST_TOKEN = 60


@pages.route(
    "/applications/<uuid:application_id>/group/<slug>", permit=Permission.APPLICATION_DRAFT, methods=("GET", "POST")
)
def group(application_id: UUID, slug: str) -> ResponseReturnValue:
    """A page of questions. After closing it is there to be read."""
    if request.method == "GET":
        shown = draft(application_id)
        form = PageForm(shown.group(slug))
        form.fill(shown.texts)
        form.tell(_too_long(shown, form.group))
        return group_page(shown, form)
    _, groups = pages_of(session(), application_id)
    form = PageForm(named(groups, slug))
    form.show(request.form)
    before = draft(application_id).asked if any(q.condition for q in form.group.questions) else None
    try:
        _save(application_id, form)
    except Invalid as fault:
        form.tell(fault.fields)
        return group_page(draft(application_id), form, version=request.form.get("version")), 422
    except EditConflict as conflict:
        return _both_texts(application_id, form, conflict), 409
    return _onwards(application_id, groups, form, before)


@pages.route(
    "/applications/<uuid:application_id>/group/<slug>/autosave",
    permit=Permission.APPLICATION_DRAFT,
    methods=("POST",),
)
def autosave(application_id: UUID, slug: str) -> ResponseReturnValue:
    """The same from the open page, every two seconds of change: what can be kept is kept, the rest is named."""
    try:
        _, groups = pages_of(session(), application_id)
        saved, stamped, refused = _save_what_can_be(application_id, PageForm(named(groups, slug)))
    except PortalError as refusal:
        session().rollback()
        note_refusal(refusal)
        return jsonify(sentence=refusal.sentence), refusal.status
    at = clock_time(saved.at)
    return jsonify(saved_at=f"{at}, except: {refused}" if refused else at, version=stamped)


def group_page(shown: Draft, form: PageForm, *, version: str | None = None, **more: object) -> str:
    """The page itself. `version`: what the writer saw first, when the form comes back to them."""
    asked = form.group
    warnings = {q.id: answer_warning(q, shown.texts.get(q.id, "")) for q in asked.questions}
    return page(
        "group",
        shown,
        group=asked,
        form=form,
        lot=shown.lot(asked.lot_id),
        warnings=warnings,
        version=version if version is not None else stamp(asked, shown.answers),
        read_rows=[] if shown.case.is_open else read_rows(shown, asked),
        rows_of=rows_of,
        sizes=size,
        accepted=_accepted,
        extensions=_extensions,
        picture_hint=_picture_hint,
        following=_following(shown, asked),
        page_token=request.form.get("page_token", "")[:LONGEST_TOKEN] or secrets.token_urlsafe(16),
        place=_place(shown, asked),
        asked_now=shown.asked,
        conditions={q.id: condition_in_words(q, shown.questions) for q in asked.questions if q.condition},
        changed=[q for q in asked.questions if shown.changed(q)],
        **more,
    )


def _accepted(question: QuestionView) -> str:
    labels = [Kind(kind).label for kind in question.accept]
    return " or ".join(labels)[:1].upper() + " or ".join(labels)[1:] if labels else ACCEPTED


def _extensions(question: QuestionView) -> str:
    kinds = [Kind(kind) for kind in question.accept] or list(Kind)
    return ",".join(extension for kind in kinds for extension in kind.extensions)


def _picture_hint(question: QuestionView) -> str:
    taken = {Kind(kind) for kind in question.accept} or set(Kind)
    told = " Place, camera, comments and other data hidden in a picture are removed; the picture itself is not changed."
    return told if taken & {Kind.PNG, Kind.JPG} else ""


def _place(shown: Draft, asked: Group) -> tuple[int, int]:
    """Which page of how many; pages on which nothing is asked are not counted."""
    slugs = [group.slug for group in shown.groups]
    return (slugs.index(asked.slug) + 1 if asked.slug in slugs else len(slugs), len(slugs))


def _following(shown: Draft, asked: Group) -> str | None:
    """The next page on which something is asked."""
    order = [group.slug for group in chosen_groups(shown.all_groups, shown.case)]
    later = order[order.index(asked.slug) + 1 :]
    return next((group.slug for group in shown.groups if group.slug in later), None)


def _save(application_id: UUID, form: PageForm) -> Saved:
    seen = read_stamp(request.form.get("version", ""))
    return _write(application_id, touched(form.group, form.typed(request.form), seen), seen)


def _write(application_id: UUID, typed: dict[UUID, str], seen: dict[UUID, Seen]) -> Saved:
    return save_answers(
        session(),
        actor(),
        keys(),
        application_id=application_id,
        answers=typed,
        versions={q: seen[q].version if q in seen else 0 for q in typed},
        page_token=request.form.get("page_token", "")[:LONGEST_TOKEN] or None,
    )


def _save_what_can_be(application_id: UUID, form: PageForm) -> tuple[Saved, str, str]:
    seen = read_stamp(request.form.get("version", ""))
    typed, refused = touched(form.group, form.typed(request.form), seen), []
    for question in form.group.questions:
        if question.id in typed:
            try:
                typed[question.id] = kept_answer(question, typed[question.id])
            except ValueError as error:
                del typed[question.id]
                refused.append(f"{question.prompt.rstrip('?.:')}: {error}")
    saved = _write(application_id, typed, seen)
    # What was written is what the page has seen now; what was not keeps its first stamp.
    now = seen | {q: Seen(saved.versions[q], digest(text)) for q, text in typed.items()}
    return saved, written(now), " ".join(refused)


def _too_long(shown: Draft, asked: Group) -> dict[str, str]:
    """Answers that are kept and cannot be submitted as they stand: said whenever the page is looked at."""
    return {
        str(q.id): sentence
        for q in asked.questions
        if shown.texts.get(q.id) and (sentence := problem_of(q, shown.texts[q.id]))
    }


def _both_texts(application_id: UUID, form: PageForm, conflict: EditConflict) -> str:
    session().rollback()
    seen = read_stamp(request.form.get("version", ""))
    now = seen | {c.question_id: Seen(c.version, digest(c.theirs)) for c in conflict.conflicts}
    form.form_errors.append(conflict.sentence)
    conflicts = {c.question_id: c for c in conflict.conflicts}
    return group_page(draft(application_id), form, version=written(now), conflicts=conflicts)


def _onwards(
    application_id: UUID, groups: tuple[Group, ...], form: PageForm, before: Collection[UUID] | None
) -> ResponseReturnValue:
    """To the next page, or back to this one: for too many words, and where an answer just given asks for more on it."""
    base = f"/applications/{application_id}"
    texts = {q: _kept_or_empty(form, q, text) for q, text in form.typed(request.form).items()}
    above = [q.prompt for q in form.group.questions if answer_warning(q, texts.get(q.id, ""))]
    if above:
        flash(
            f"Saved. Above the ceiling: {'; '.join(above)}. You can submit this, but a price above the ceiling means that "
            "the lot cannot be admitted.",
            "neutral",
        )
    again = [q.id for q in form.group.questions if q.version > 1 and q.id in texts]
    if again and confirm_questions(session(), actor(), application_id=application_id, questions=again):
        flash("Saved. You have seen how the question changed.", "success")
    # The draft is read again only where some answer decides what is asked.
    shown = draft(application_id) if any(q.condition for group in groups for q in group.questions) else None
    asked = [q for q in form.group.questions if shown is None or q.id in shown.asked]
    if any(texts.get(q.id) and q.kind == "text" and problem_of(q, texts[q.id]) for q in asked):
        flash("Saved as it is. It is too long to be submitted yet.", "neutral")
        return redirect(f"{base}/group/{form.group.slug}", 303)
    more = [q for q in asked if shown and before is not None and q.id not in before and not shown.texts.get(q.id)]
    if more:
        flash(f"Saved. Your answer means that {_more(len(more))} asked on this page.", "neutral")
        return redirect(f"{base}/group/{form.group.slug}#q-{more[0].key}", 303)
    if "list" in request.form:
        return redirect(base, 303)
    place = groups.index(form.group) + 1
    plainly = groups[place].slug if place < len(groups) else None
    following = _following(shown, form.group) if shown else plainly
    return redirect(f"{base}/group/{following}" if following else f"{base}/check", 303)


def _more(count: int) -> str:
    return "one more question is" if count == 1 else f"{count} more questions are"


def _kept_or_empty(form: PageForm, question_id: UUID, typed: str) -> str:
    question = next(q for q in form.group.questions if q.id == question_id)
    try:
        return kept_answer(question, typed)
    except ValueError:
        return ""
