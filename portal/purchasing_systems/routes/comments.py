"""Comments of councils on the specification and the documents, with the lead's answers."""

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.comments import answer_comment, comment_on
from portal.purchasing_systems.participation_forms import AnswerForm, CommentForm
from portal.purchasing_systems.queries.participation import commented_on, comments_of
from portal.purchasing_systems.queries.systems import led_system, system_for
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page, sections
from tenants.permissions import Permission


@pages.route("/systems/<uuid:system_id>/comments", permit=Permission.SYSTEM_READ)
def comments(system_id: UUID) -> ResponseReturnValue:
    """Every comment the council acted for may read."""
    found = system_for(session(), actor(), system_id)
    leads = found.lead_id == actor().organisation_id
    return page(
        "comments",
        system=found,
        sections=sections(found, "Comments"),
        comments=comments_of(session(), system_id),
        writes=found.frozen_at is None and actor().may(Permission.COMMENT_WRITE),
        answers=leads and actor().may(Permission.COMMENT_WRITE),
    )


@pages.route("/systems/<uuid:system_id>/comments/new", permit=Permission.COMMENT_WRITE, methods=("GET", "POST"))
def new_comment(system_id: UUID) -> ResponseReturnValue:
    """Write one."""
    found = system_for(session(), actor(), system_id)
    form = CommentForm(data={"about": request.args.get("about")})
    form.about.choices = options([("", "Choose"), *((name, name) for name in commented_on(session(), system_id))])
    if request.method == "POST" and attempt(
        form,
        lambda: comment_on(
            session(), actor(), system_id=system_id, about=form.about.data or "", text=form.text.data or ""
        ),
    ):
        flash("The comment is written. The lead authority can answer it.", "success")
        return redirect(f"/systems/{system_id}/comments", 303)
    return page("new_comment", form, system=found)


@pages.route(
    "/systems/<uuid:system_id>/comments/<uuid:comment_id>/answer",
    permit=Permission.COMMENT_WRITE,
    methods=("GET", "POST"),
    endpoint="answer_comment",
)
def answer_comment_page(system_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Answer one."""
    found = led_system(session(), actor(), system_id, Permission.COMMENT_WRITE)
    comment = next((one for one in comments_of(session(), system_id) if one.id == comment_id), None)
    if comment is None:
        raise Missing
    form = AnswerForm()
    if request.method == "POST" and attempt(
        form, lambda: answer_comment(session(), actor(), comment_id=comment_id, answer=form.answer.data or "")
    ):
        flash("The answer is written.", "success")
        return redirect(f"/systems/{system_id}/comments", 303)
    return page("answer_comment", form, system=found, comment=comment)
