"""Pages on which an officer adds to their council's draft: who was consulted, what joint holders said, exempt appendices."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core.cleaning import Cleaning
from portal.core.database import session
from portal.core.errors import Invalid, Missing, Refused
from portal.core.web.pages import actor
from portal.decisions.actions.contents import add_appendix, agree, consult, remove_content
from portal.decisions.forms.contents import AgreeForm, AppendixForm, ConsultForm
from portal.decisions.models import Decision
from portal.decisions.queries.decisions import decision_of
from portal.decisions.routes import pages
from tenants.permissions import Permission
from tenants.routes.forms import show_invalid


@pages.route("/decisions/drafts/<uuid:decision_id>/consult", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def consulted(decision_id: UUID) -> ResponseReturnValue:
    """Note that somebody was consulted."""
    draft, form = _draft(decision_id), ConsultForm()
    if request.method == "POST":
        try:
            clean = _checked(form)
            values = {
                name: clean.line(name, form[name].data, max_chars=500) for name in ("post", "evidence", "interests")
            }
            comment = clean.lines("comment", form.comment.data, max_chars=20_000)
            clean.finish()
            consult(
                session(),
                actor(),
                decision_id=draft.id,
                consulted_on=form.consulted_on.data,
                comment=comment,
                **values,
            )
        except Invalid as error:
            show_invalid(form, error)
            return _page("decisions/consult.html", form, draft), 422
        return _back(draft, "Noted. What was said stays with your council.")
    return _page("decisions/consult.html", form, draft)


@pages.route("/decisions/drafts/<uuid:decision_id>/agree", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def agreed(decision_id: UUID) -> ResponseReturnValue:
    """Note what one of joint holders said."""
    draft, form = _draft(decision_id), AgreeForm()
    if request.method == "POST":
        try:
            clean = _checked(form)
            values = {name: clean.line(name, form[name].data, max_chars=500) for name in ("post", "evidence")}
            clean.finish()
            if form.agreed.data not in ("yes", "no"):
                raise Invalid(agreed="Choose whether this holder agreed or refused.")
            agree(
                session(),
                actor(),
                decision_id=draft.id,
                agreed=form.agreed.data == "yes",
                agreed_on=form.agreed_on.data,
                **values,
            )
        except Invalid as error:
            show_invalid(form, error)
            return _page("decisions/agree.html", form, draft), 422
        return _back(draft, "Noted.")
    return _page("decisions/agree.html", form, draft)


@pages.route("/decisions/drafts/<uuid:decision_id>/appendix", permit=Permission.DECISION_DRAFT, methods=("GET", "POST"))
def appendix(decision_id: UUID) -> ResponseReturnValue:
    """Add an exempt appendix."""
    draft, form = _draft(decision_id), AppendixForm()
    if request.method == "POST":
        try:
            clean = _checked(form)
            title = clean.line("title", form.title.data, max_chars=200)
            reason = clean.lines("public_interest", form.public_interest.data, max_chars=4000)
            words = clean.lines("exempt_text", form.exempt_text.data, max_chars=100_000)
            clean.finish()
            number = form.paragraph.data or ""
            add_appendix(
                session(),
                actor(),
                decision_id=draft.id,
                title=title,
                paragraph=int(number) if number.isdecimal() and len(number) == 1 else None,
                public_interest=reason,
                exempt_text=words,
            )
        except Invalid as error:
            show_invalid(form, error)
            return _page("decisions/appendix.html", form, draft), 422
        return _back(draft, "Added. Its title and reason become public with the record, its text never does.")
    return _page("decisions/appendix.html", form, draft)


@pages.route("/decisions/drafts/<uuid:decision_id>/remove", permit=Permission.DECISION_DRAFT, methods=("POST",))
def removed(decision_id: UUID) -> ResponseReturnValue:
    """Take one of them out again."""
    draft = _draft(decision_id)
    try:
        content_id = UUID(request.form.get("content", ""))
    except ValueError:
        raise Missing from None
    remove_content(session(), actor(), decision_id=draft.id, content_id=content_id)
    return _back(draft, "Taken out of the draft.")


def draft_address(draft: Decision) -> str:
    """Where a draft is checked."""
    return f"/decisions/{draft.matter_id}/draft" if draft.matter_id else f"/decisions/own/{draft.id}"


def _draft(decision_id: UUID) -> Decision:
    found = decision_of(session(), decision_id)
    if found.authority_id != actor().organisation_id:
        raise Missing
    if found.status != "draft":
        raise Refused("This decision is on the record. What was recorded is not changed.")
    return found


def _checked(form: FlaskForm) -> Cleaning:
    if not form.validate():
        raise Invalid
    return Cleaning()


def _page(template: str, form: FlaskForm, draft: Decision) -> str:
    return render_template(template, form=form, draft=draft, back=draft_address(draft))


def _back(draft: Decision, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(draft_address(draft), 303)
