"""A provider says what it offers in each lot and at what price; the lead sets the days on which members are told."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.database import session
from portal.core.web.fields import options
from portal.core.web.look import day
from portal.core.web.pages import actor
from portal.providers.queries.passport import passport_of, service_of
from portal.purchasing_systems.actions.offers import offer_service, set_core_price, set_cycle
from portal.purchasing_systems.offer_forms import CycleForm, OfferForm, PriceForm
from portal.purchasing_systems.queries.offers import cycle_of, offer_of, offers_of
from portal.purchasing_systems.queries.systems import led_system
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page
from portal.purchasing_systems.rules.register_cycle import ordinal
from tenants.permissions import Permission


@pages.route("/what-you-offer", permit=Permission.PASSPORT_KEEP)
def what_you_offer() -> ResponseReturnValue:
    """Every lot the provider is admitted to."""
    return render_template(
        "purchasing_systems/what_you_offer.html",
        offers=offers_of(session(), actor(), clock.today()),
        services=passport_of(session(), actor().organisation_id).services,
        ordinal=ordinal,
        today=clock.today(),
    )


@pages.route("/what-you-offer/<uuid:admission_id>/prices/new", permit=Permission.PASSPORT_KEEP, methods=("GET", "POST"))
def new_price(admission_id: UUID) -> ResponseReturnValue:
    """A core price, from a day on."""
    offer = offer_of(session(), actor(), clock.today(), admission_id)
    form = PriceForm()
    mine = passport_of(session(), actor().organisation_id).services
    offered = {id_ for id_, row in offer.services.items() if row.offered}
    form.service.choices = options(
        [("", "The whole lot"), *((str(s.service_id), s.name) for s in mine if s.service_id in offered)]
    )
    if request.method == "POST":
        chosen = next((id_ for id_ in offered if str(id_) == form.service.data), None)
        made = made_by(
            form,
            lambda: set_core_price(
                session(),
                actor(),
                admission_id=admission_id,
                service_id=chosen,
                age_band=form.age_band.data or "",
                pounds=form.pounds.amount,
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                reason=form.reason.data or "",
            ),
        )
        if made:
            flash(f"The price is kept. Councils read it from {day(made.published_on)}.", "success")
            return redirect("/what-you-offer", 303)
    return page("new_price", form, offer=offer, ordinal=ordinal)


@pages.route(
    "/what-you-offer/<uuid:admission_id>/services/<uuid:service_id>",
    permit=Permission.PASSPORT_KEEP,
    methods=("GET", "POST"),
    endpoint="offer_service",
)
def offered_service(admission_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Offer a service in this lot, or no more."""
    offer = offer_of(session(), actor(), clock.today(), admission_id)
    service = service_of(session(), actor(), service_id)
    now = offer.services.get(service_id)
    form = OfferForm(data={"offered": "yes" if now and now.offered else "no"} if request.method == "GET" else None)
    if request.method == "POST":
        if form.offered.data not in ("yes", "no"):
            form.validate()
            form.offered.errors = ["Select yes or no."]
            return page("offer_service", form, offer=offer, service=service, ordinal=ordinal)
        made = made_by(
            form,
            lambda: offer_service(
                session(),
                actor(),
                admission_id=admission_id,
                service_id=service_id,
                offered=form.offered.data == "yes",
                reason=form.reason.data or "",
            ),
        )
        if made:
            flash(f"It is kept. Councils read it from {day(made.published_on)}.", "success")
            return redirect("/what-you-offer", 303)
    return page("offer_service", form, offer=offer, service=service, ordinal=ordinal)


@pages.route("/systems/<uuid:system_id>/register-days", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def register_days(system_id: UUID) -> ResponseReturnValue:
    """Until when providers' changes are taken, and when members are told (R2-03)."""
    system = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    cycle = cycle_of(session(), system_id, clock.today())
    form = CycleForm(data={"cut_off_day": cycle.cut_off_day, "circulation_day": cycle.circulation_day})
    if request.method == "POST" and attempt(
        form,
        lambda: set_cycle(
            session(),
            actor(),
            system_id=system_id,
            cut_off_day=form.cut_off_day.whole,
            circulation_day=form.circulation_day.whole,
        ),
    ):
        flash("The days are set. Changes made already keep the day they were given.", "success")
        return redirect(f"/systems/{system_id}", 303)
    return page("register_days", form, system=system)
