"""Building the questions of a planned round by hand, and out of the library."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems import question_forms as forms
from portal.purchasing_systems.models import PurchasingSystem, Round
from portal.purchasing_systems.queries.rounds import rounds_with_questions
from portal.purchasing_systems.queries.systems import LotRow, lots_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, round_url
from portal.purchasing_systems.routes.questions import editable_round
from portal.purchasing_systems.routes.rounds import round_in
from portal.questionnaires import actions
from portal.questionnaires.content import as_file
from portal.questionnaires.library import OWN, own_shelf, search, shelves, with_what_they_depend_on
from portal.questionnaires.queries import QuestionView, question, questions_of_round
from tenants.permissions import Permission

_BASE = "/systems/<uuid:system_id>/rounds/<uuid:round_id>/questions"
_NEW = "+"


@pages.route(f"{_BASE}/new", permit=Permission.QUESTION_EDIT, methods=("GET", "POST"))
def new_question(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """First the kind of answer (in the address), then everything about the question."""
    round_, system = editable_round(system_id, round_id)
    lot = _lot(system, request.args.get("lot", "all"))
    lot_name, lot_id = (lot.name, lot.id) if lot else ("All lots", None)
    chosen = request.args.get("type", "")
    context: dict[str, Any] = {"system": system, "round": round_, "lot": lot, "lot_name": lot_name}
    if chosen not in forms.TYPES or (lot is None and chosen in forms.FOR_A_LOT):
        types = [(k, v) for k, v in forms.TYPES.items() if lot is not None or k not in forms.FOR_A_LOT]
        return page("choose_question_type", types=types, wanted=chosen, **context)
    part, kind, label, _ = forms.TYPES[chosen]
    before = [q for q in questions_of_round(session(), round_id) if q.lot_id == lot_id]
    form = forms.BuildForm()
    headings = {q.group_slug: q.group_title for q in before}
    form.heading.choices = options([*headings.items(), (_NEW, "A new page")])
    form.keep_only(
        ("heading", "new_heading", *forms.fields_of(part, kind, conditional=bool(forms.can_depend_on(before))))
    )
    _offer(form, before)
    if request.method == "GET":
        form.heading.data = request.args.get("page") or next(reversed(headings), _NEW)
        form.required.data = "yes"
        if chosen == "three_ways":
            said = ("passes", "passes", "fails")
            form.choices.data = "\n".join(f"{c['label']} = {s}" for c, s in zip(forms.THREE_WAYS, said, strict=True))

    def act() -> object:
        slug = form.heading.data if form.heading.data in headings else None
        return actions.add_question(
            session(),
            actor(),
            system_id=system_id,
            round_id=round_id,
            lot_id=lot_id,
            group={"slug": slug, "title": form.new_heading.data},
            content=forms.content(form, part, kind, before),
        )

    if request.method == "POST" and attempt(form, act):
        flash("The question is added.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions", 303)
    return page("build_question", form, question=None, type_label=label, part=part, kind=kind, **context)


@pages.route(
    f"{_BASE}/<uuid:question_id>", permit=Permission.QUESTION_EDIT, methods=("GET", "POST"), endpoint="edit_question"
)
def edit_question_page(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Change everything about one question but the kind of its answer."""
    round_, system, asked = _asked(system_id, round_id, question_id)
    same = [q for q in questions_of_round(session(), round_id) if q.set_id == asked.set_id]
    before = same[: [q.id for q in same].index(asked.id)]
    form = forms.BuildForm(data=forms.shown(asked, before))
    conditional = bool(forms.can_depend_on(before)) or asked.condition is not None
    wanted = forms.fields_of(asked.part, asked.kind, fixed=asked.wording_fixed, conditional=conditional)
    # What was not sent is left as it is: an old page, or one of fewer fields, takes nothing away.
    form.keep_only(wanted if request.method == "GET" else forms.sent(wanted, request.form))
    _offer(form, before)

    def act() -> object:
        found = forms.content(form, asked.part, asked.kind, before, asked)
        return actions.change_question(session(), actor(), question_id=question_id, content=found)

    if request.method == "POST" and attempt(form, act):
        flash("The question is saved.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions#q-{asked.key}", 303)
    return page(
        "build_question",
        form,
        system=system,
        round=round_,
        question=asked,
        part=asked.part,
        kind=asked.kind,
        lot_name=asked.group_title,
    )


@pages.route(f"{_BASE}/<uuid:question_id>/move", permit=Permission.QUESTION_EDIT, methods=("POST",))
def move_question(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """One place up or down."""
    _, _, asked = _asked(system_id, round_id, question_id)
    actions.move_question(session(), actor(), question_id=question_id, up=request.form.get("to") == "up")
    return redirect(f"{round_url(system_id, round_id)}/questions#q-{asked.key}", 303)


@pages.route(f"{_BASE}/<uuid:question_id>/remove", permit=Permission.QUESTION_EDIT, methods=("POST",))
def remove_question(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Ask it no longer."""
    _asked(system_id, round_id, question_id)
    actions.remove_question(session(), actor(), question_id=question_id)
    flash("The question is removed.", "success")
    return redirect(f"{round_url(system_id, round_id)}/questions", 303)


@pages.route(f"{_BASE}/<uuid:question_id>/keep", permit=Permission.QUESTION_EDIT, methods=("POST",))
def keep_question(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Into the authority's own library; of a frozen round as well."""
    round_in(system_id, round_id)
    asked = question(session(), question_id)
    if asked is None or asked.round_id != round_id:
        raise Missing
    actions.keep_question(session(), actor(), question_id=question_id)
    flash("The question is in your authority’s library.", "success")
    return redirect(f"{round_url(system_id, round_id)}/questions#q-{asked.key}", 303)


@pages.route(f"{_BASE}/<uuid:question_id>/page", permit=Permission.QUESTION_EDIT, methods=("GET", "POST"))
def rename_page(system_id: UUID, round_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Heading and introduction of the page it stands on."""
    round_, system, asked = _asked(system_id, round_id, question_id)
    form = forms.PageForm(data={"title": asked.group_title, "intro": asked.group_intro})
    if request.method == "POST" and attempt(form, lambda: _renamed(form, question_id)):
        flash("The page is saved.", "success")
        place = f"g-{asked.group_slug}" + (f"-{asked.lot_id}" if asked.lot_id else "")
        return redirect(f"{round_url(system_id, round_id)}/questions#{place}", 303)
    return page("rename_page", form, system=system, round=round_)


@pages.route(f"{_BASE}/library", permit=Permission.QUESTION_EDIT, methods=("GET", "POST"))
def question_library(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Search, read, tick, take."""
    round_, system = editable_round(system_id, round_id)
    everything = (*shelves(), own_shelf(session()))
    words = request.args.get("q", "")[:100]
    found = search(everything, words)
    wanted = request.args.get("shelf", "")
    shown = tuple(s for s in found if not wanted or s.slug == wanted)
    lots = lots_of(session(), system_id)
    form = forms.LibraryForm()
    form.lot.choices = options([("all", "All lots"), *((str(lot.id), lot.name) for lot in lots)])
    form.picked.choices = options((i.id, i.prompt) for s in everything for i in s.items)
    if request.method == "GET":
        form.lot.data = request.args.get("lot", "all")

    def act() -> int | None:
        picked = with_what_they_depend_on(everything, {*(form.picked.data or [])})
        if not picked:
            form.picked.errors = [*form.picked.errors, "Tick at least one question."]
            return None
        lot = _lot(system, form.lot.data or "all")
        homeless = [i.prompt for i in picked if i.content["part"] in ("quality", "price") and lot is None]
        if homeless:
            form.lot.errors = [
                *form.lot.errors,
                f"Method statements and prices are asked of one lot. Select it for: {homeless[0]}",
            ]
            return None
        return actions.add_questions(
            session(),
            actor(),
            system_id=system_id,
            round_id=round_id,
            lot_id=lot.id if lot else None,
            picked=[(i.group, i.content) for i in picked],
        )

    if request.method == "POST" and attempt(form, act):
        flash("The questions are added. Texts can be edited where their wording is not fixed.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions", 303)
    there = {q.origin_prompt or q.prompt for q in questions_of_round(session(), round_id)}
    return page(
        "question_library", form, system=system, round=round_, shelves=shown, all=everything, words=words, shelf=wanted,
        there=there, own=OWN,
    )  # fmt: skip


@pages.route(f"{_BASE}/library/<uuid:library_id>/remove", permit=Permission.QUESTION_EDIT, methods=("POST",))
def unkeep_question(system_id: UUID, round_id: UUID, library_id: UUID) -> ResponseReturnValue:
    """Out of the authority's own library."""
    editable_round(system_id, round_id)
    actions.unkeep_question(session(), actor(), library_id=library_id)
    flash("The question is no longer in your authority’s library.", "success")
    return redirect(f"{round_url(system_id, round_id)}/questions/library", 303)


@pages.route(f"{_BASE}/set.toml", permit=Permission.SYSTEM_READ)
def question_set_file(system_id: UUID, round_id: UUID) -> Response:
    """The set of all lots, or of one (`?lot=`), as the data file that can be loaded again."""
    round_, system = round_in(system_id, round_id)
    lot = _lot(system, request.args.get("lot", "all"))
    asked = [q for q in questions_of_round(session(), round_id) if q.lot_id == (lot.id if lot else None)]
    if not asked:
        raise Missing
    name = f"round-{round_.number}-{f'lot-{lot.number}' if lot else 'all-lots'}.toml"
    response = Response(
        as_file(f"Round {round_.number}, {lot.name if lot else 'all lots'}", asked), mimetype="application/toml"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.route(f"{_BASE}/copy-from", permit=Permission.QUESTION_EDIT, methods=("GET", "POST"))
def copy_from(system_id: UUID, round_id: UUID) -> ResponseReturnValue:
    """Ask what a round of any system of this authority asked, lot by lot of the same number."""
    round_, system = editable_round(system_id, round_id)
    form = forms.CopyForm()
    there = {r: (system_of, label) for r, system_of, label in rounds_with_questions(session(), round_id)}
    form.from_round.choices = options((str(r), label) for r, (_, label) in there.items())

    def act() -> object:
        chosen = next((r for r in there if str(r) == form.from_round.data), None)
        if chosen is None:
            form.from_round.errors = [*form.from_round.errors, "Select a round."]
            return None
        theirs = {lot.number: lot.id for lot in lots_of(session(), there[chosen][0])}
        ours = {lot.number: lot.id for lot in lots_of(session(), system_id)}
        return actions.copy_question_sets(
            session(),
            actor(),
            from_round_id=chosen,
            round_id=round_id,
            system_id=system_id,
            lots={theirs[n]: ours[n] for n in theirs.keys() & ours.keys()},
        )

    if request.method == "POST" and attempt(form, act):
        flash("The questions are copied. They can be edited until the round is published.", "success")
        return redirect(f"{round_url(system_id, round_id)}/questions", 303)
    return page("copy_questions", form, system=system, round=round_, there=there)


def _renamed(form: forms.PageForm, question_id: UUID) -> bool:
    actions.rename_page(session(), actor(), question_id=question_id, title=form.title.data or "", intro=form.intro.data)
    return True


def _offer(form: forms.BuildForm, before: list[QuestionView]) -> None:
    if "depends_on" in form:
        form.depends_on.choices = options(
            [("", "Ask it of everybody"), *((q.key, q.prompt) for q in forms.can_depend_on(before))]
        )


def _asked(system_id: UUID, round_id: UUID, question_id: UUID) -> tuple[Round, PurchasingSystem, QuestionView]:
    round_, system = editable_round(system_id, round_id)
    found = question(session(), question_id)
    if found is None or found.round_id != round_id:
        raise Missing
    return round_, system, found


def _lot(system: PurchasingSystem, wanted: str) -> LotRow | None:
    """The lot named in a form or an address; None for all. Raises Missing for any other."""
    if wanted == "all":
        return None
    found = next((lot for lot in lots_of(session(), system.id) if str(lot.id) == wanted), None)
    if found is None:
        raise Missing
    return found
