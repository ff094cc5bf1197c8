"""What the lead does with a question it has put: no longer wait for a council, ask another, settle it, take it back; hold prices."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.core import clock
from portal.core.database import session
from portal.core.errors import Invalid, NotPermitted
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.decisions.actions import add_party, close_matter, excuse_party, withdraw_matter
from portal.decisions.queries.board import board, embargo_on
from portal.decisions.queries.views import Board
from portal.purchasing_systems.actions.prices import ask_to_hold_prices, last_request
from portal.purchasing_systems.forms import AskAnotherForm, ExcuseForm, HoldPricesForm, WithdrawForm
from portal.purchasing_systems.queries.systems import participants_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, page
from tenants.permissions import Permission

_HERE = "/decisions/<uuid:matter_id>"


@pages.route(f"{_HERE}/for-the-lead", permit=Permission.MATTER_RAISE)
def for_the_lead(matter_id: UUID) -> ResponseReturnValue:
    """All of it on one page, each where it can be done."""
    return _page(_led(matter_id))


@pages.route(f"{_HERE}/excuse", permit=Permission.MATTER_RAISE, methods=("POST",))
def excuse(matter_id: UUID) -> ResponseReturnValue:
    """No longer wait for a council."""
    found, form = _led(matter_id), ExcuseForm()

    def act() -> bool:
        excuse_party(
            session(),
            actor(),
            matter_id=matter_id,
            authority_id=_chosen(form.council.data, council="Choose a council."),
            because=form.because.data or "",
        )
        return True

    return _done(found, "excuse", form, act, "The council is no longer waited for.")


@pages.route(f"{_HERE}/ask-another", permit=Permission.MATTER_RAISE, methods=("POST",))
def ask_another(matter_id: UUID) -> ResponseReturnValue:
    """Ask a council that joined meanwhile."""
    found, form = _led(matter_id), AskAnotherForm()

    def act() -> bool:
        chosen = _chosen(form.joined.data, joined="Choose a council.")
        add_party(session(), actor(), matter_id=matter_id, authority_id=chosen)
        return True

    return _done(found, "another", form, act, "The council is asked as well, and its officers are told.")


@pages.route(f"{_HERE}/close", permit=Permission.MATTER_RAISE, methods=("POST",))
def close(matter_id: UUID) -> ResponseReturnValue:
    """Settle it, the day having passed."""
    close_matter(session(), actor(), matter_id=matter_id)
    flash("The joint decision is settled. The board shows what follows.", "success")
    return redirect(f"/decisions/{matter_id}", 303)


@pages.route(f"{_HERE}/withdraw", permit=Permission.MATTER_RAISE, methods=("POST",))
def withdraw(matter_id: UUID) -> ResponseReturnValue:
    """Take it back, while nobody has answered."""
    found, form = _led(matter_id), WithdrawForm()

    def act() -> bool:
        because = (form.withdrawn_because.data or "").strip()
        if not because:
            raise Invalid(withdrawn_because="Say why the question is withdrawn.")
        withdraw_matter(session(), actor(), matter_id=matter_id, because=because)
        return True

    return _done(found, "withdraw", form, act, "The joint decision is withdrawn. Those who were asked are told.")


@pages.route(f"{_HERE}/hold-prices", permit=Permission.MATTER_RAISE, methods=("POST",))
def hold_prices(matter_id: UUID) -> ResponseReturnValue:
    """Ask the providers to hold their prices."""
    found, form = _led(matter_id), HoldPricesForm()
    return _done(
        found,
        "prices",
        form,
        lambda: ask_to_hold_prices(session(), actor(), matter_id=matter_id, hold_until=form.hold_until.data),
        "The providers are asked to hold their prices.",
    )


def _led(matter_id: UUID) -> Board:
    found = board(session(), actor(), matter_id)
    if found.lead_id != actor().organisation_id:
        raise NotPermitted("Only a procurement or commissioning officer of the lead authority can do this.")
    return found


def _chosen(typed: str | None, **sentence: str) -> UUID:
    try:
        return UUID(typed or "")
    except ValueError:
        raise Invalid(**sentence) from None


def _done(found: Board, name: str, form: FlaskForm, act: Callable[[], object], sentence: str) -> ResponseReturnValue:
    if attempt(form, act):
        flash(sentence, "success")
        return redirect(f"/decisions/{found.id}", 303)
    return _page(found, **{name: form})


def _page(found: Board, **typed: FlaskForm) -> ResponseReturnValue:
    asked = {c.authority_id for c in found.councils}
    awaited = [c for c in found.councils if c.position.code != "excused" and c.authority_id != found.lead_id]
    joined = [p for p in participants_of(session(), found.system_id) if p.authority_id not in asked]
    forms: dict[str, Any] = {
        "excuse": ExcuseForm(formdata=None),
        "another": AskAnotherForm(formdata=None),
        "withdraw": WithdrawForm(formdata=None),
        "prices": HoldPricesForm(formdata=None),
    } | typed
    forms["excuse"].council.choices = options(
        [("", "Choose a council"), *((str(c.authority_id), c.name) for c in awaited)]
    )
    forms["another"].joined.choices = options(
        [("", "Choose a council"), *((str(p.authority_id), p.short_name) for p in joined)]
    )
    is_open = found.status == "open"
    return page(
        "for_the_lead",
        next(iter(typed.values()), None),
        board=found,
        forms=forms,
        may_excuse=is_open and bool(awaited),
        may_ask=is_open and bool(joined) and found.rule != "lead",
        may_close=is_open and found.late == "stays_out" and clock.today() > found.answer_by,
        may_withdraw=is_open and not any(c.position.answered for c in found.councils),
        embargo=embargo_on(session(), found) if found.after_prices else None,
        asked_to_hold=last_request(session(), found.id) if found.after_prices else None,
    )
