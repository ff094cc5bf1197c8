"""Later versions of a specification: drafted together, signed off, compared, brought into force."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from portal.core.database import session
from portal.core.errors import Missing
from portal.core.web.fields import options
from portal.core.web.pages import actor
from portal.purchasing_systems.actions.versions import (
    SectionConflict,
    add_section,
    begin_version,
    issue_version,
    remove_section,
    share_drafting,
    shares,
    sign_off_version,
    write_section,
)
from portal.purchasing_systems.forms import TicksField
from portal.purchasing_systems.models import PurchasingSystem, SpecificationSection
from portal.purchasing_systems.queries.specifications import SpecificationView, specification_numbered
from portal.purchasing_systems.queries.systems import led_system, participants_of, system_for
from portal.purchasing_systems.queries.versions import Version, sections_of, sign_offs_of, version_hash, versions_of
from portal.purchasing_systems.routes import pages
from portal.purchasing_systems.routes.answering import attempt, made_by, page
from portal.purchasing_systems.rules.differences import differences, only_changes
from portal.purchasing_systems.version_forms import BeginVersionForm, DraftingForm, IssueForm, SectionForm
from tenants.permissions import Permission

_VERSION = "/systems/<uuid:system_id>/versions/<uuid:version_id>"


@pages.route("/systems/<uuid:system_id>/versions/new", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def new_version(system_id: UUID) -> ResponseReturnValue:
    """Begin the next version: why, and who shares in it."""
    system = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    form = BeginVersionForm()
    _offer_councils(form.editors, system)
    if request.method == "POST":
        made = made_by(
            form,
            lambda: begin_version(
                session(), actor(), system_id=system_id, reason=form.reason.data or "", editors=_ticked(form.editors)
            ),
        )
        if made:
            flash(f"Version {made.version} is begun. It is a draft: the earlier one stays in force.", "success")
            return redirect(f"/systems/{system_id}/versions/{made.id}", 303)
    return page("new_version", form, system=system)


@pages.route(_VERSION, permit=Permission.SYSTEM_READ, endpoint="version")
def version_page(system_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """One version: where it stands, who signed it off, its text with what this actor may write."""
    system = system_for(session(), actor(), system_id)
    standing = versions_of(session(), system_id)
    version = standing.of(version_id)
    view = specification_numbered(session(), system_id, version.version)
    who = actor()
    takes_part = any(c.council.authority_id == who.organisation_id for c in standing.councils)
    signs = version.version > 1 and version.issued_at is None and takes_part and who.may(Permission.SCHEDULE_EDIT)
    leads = system.lead_id == who.organisation_id
    return page(
        "version",
        system=system,
        standing=standing,
        version=version,
        specification=view,
        parts=sections_of(session(), version.id),
        signed=sign_offs_of(session(), version.id),
        drafts=version.is_draft and shares(who, system.lead_id, version.editors),
        writes=version.is_draft and who.may(Permission.SCHEDULE_EDIT),
        signs=signs,
        hash=version_hash(session(), version.id, who.organisation_id) if signs else None,
        leads=leads and who.may(Permission.ADVERT_EDIT),
        asks=leads and who.may(Permission.MATTER_RAISE),
    )


@pages.route(f"{_VERSION}/sign-off", permit=Permission.SCHEDULE_EDIT, methods=("POST",))
def sign_off(system_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """For the own council."""
    version = _version(system_id, version_id)
    sign_off_version(
        session(), actor(), specification_id=version.id, sha256=request.form.get("sha256", "", type=str)[:64]
    )
    flash(f"Version {version.version} is signed off for {actor().organisation_name}.", "success")
    return redirect(f"/systems/{system_id}/versions/{version_id}", 303)


@pages.route(f"{_VERSION}/drafting", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def drafting(system_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Which councils share in the drafting."""
    system = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    version = _version(system_id, version_id)
    form = DraftingForm(data={"editors": [str(one) for one in version.editors]})
    _offer_councils(form.editors, system)
    if request.method == "POST" and attempt(
        form,
        lambda: share_drafting(session(), actor(), specification_id=version.id, editors=_ticked(form.editors)),
    ):
        flash("Saved who shares in the drafting.", "success")
        return redirect(f"/systems/{system_id}/versions/{version_id}", 303)
    return page("share_drafting", form, system=system, version=version)


@pages.route(f"{_VERSION}/sections/new", permit=Permission.SCHEDULE_EDIT, methods=("GET", "POST"))
def new_section(system_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Put a section in, `?after=` another."""
    system = system_for(session(), actor(), system_id)
    version = _version(system_id, version_id)
    parts = sections_of(session(), version.id)
    after = next((part for part in parts if str(part.id) == request.args.get("after")), None)
    form = SectionForm()
    if request.method == "POST" and attempt(
        form,
        lambda: add_section(
            session(),
            actor(),
            specification_id=version.id,
            after=after.id if after else None,
            title=form.title.data or "",
            text_=form.text.data or "",
        ),
    ):
        flash("The section is added.", "success")
        return redirect(f"/systems/{system_id}/versions/{version_id}", 303)
    return page("edit_section", form, system=system, version=version, section=None, after=after)


@pages.route(f"{_VERSION}/sections/<uuid:section_id>", permit=Permission.SCHEDULE_EDIT, methods=("GET", "POST"))
def edit_section(system_id: UUID, version_id: UUID, section_id: UUID) -> ResponseReturnValue:
    """Edit one section. Whoever comes second is shown both texts, and nothing is lost."""
    system = system_for(session(), actor(), system_id)
    version = _version(system_id, version_id)
    section = _section(version, section_id)
    form = SectionForm(data={"title": section.title, "text": section.text, "revision": section.revision})
    if request.method == "POST":
        try:
            saved = attempt(
                form,
                lambda: write_section(
                    session(),
                    actor(),
                    section_id=section_id,
                    revision=_figure(form.revision.data),
                    title=form.title.data or "",
                    text_=form.text.data or "",
                ),
            )
        except SectionConflict as conflict:
            form.revision.data = str(conflict.theirs.revision)
            made = page(
                "edit_section", form, system=system, version=version, section=conflict.theirs, conflict=conflict
            )
            return made[0], 409  # type: ignore[index,return-value]  # page() gives text and status
        if saved:
            flash("The section is saved.", "success")
            return redirect(f"/systems/{system_id}/versions/{version_id}#section-{section.position}", 303)
    return page("edit_section", form, system=system, version=version, section=section)


@pages.route(f"{_VERSION}/sections/<uuid:section_id>/remove", permit=Permission.SCHEDULE_EDIT, methods=("POST",))
def remove_section_page(system_id: UUID, version_id: UUID, section_id: UUID) -> ResponseReturnValue:
    """Take a section out of the draft."""
    section = _section(_version(system_id, version_id), section_id)
    remove_section(session(), actor(), section_id=section.id, revision=_figure(request.form.get("revision")))
    flash("The section is removed from this version. The earlier version keeps it.", "success")
    return redirect(f"/systems/{system_id}/versions/{version_id}", 303)


@pages.route(f"{_VERSION}/issue", permit=Permission.ADVERT_EDIT, methods=("GET", "POST"))
def issue(system_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Bring an adopted version into force; after the first publication as a modification, told to all."""
    system = led_system(session(), actor(), system_id, Permission.ADVERT_EDIT)
    version = _version(system_id, version_id)
    form = IssueForm()

    def act() -> object:
        issue_version(
            session(),
            actor(),
            specification_id=version.id,
            what=form.what.data or "",
            why=form.why.data or "",
            legal_ground=form.legal_ground.data or "",
        )
        return True

    if request.method == "POST" and attempt(form, act):
        flash(f"Version {version.version} is in force.", "success")
        return redirect(f"/systems/{system_id}/specification", 303)
    return page("issue_version", form, system=system, version=version)


@pages.route("/systems/<uuid:system_id>/specification/compare", permit=Permission.SYSTEM_READ)
def compare(system_id: UUID) -> ResponseReturnValue:
    """Two versions side by side, or the local schedules of two councils in one version.

    `from`, `to`: versions; `council`, `with`: councils by their short names, in version `to`; `all=1`: unchanged paragraphs as well.
    """
    system = system_for(session(), actor(), system_id)
    standing = versions_of(session(), system_id)
    numbers = [v.version for v in standing.versions]
    if not numbers:
        raise Missing
    new = request.args.get("to", numbers[0], type=int)
    old = request.args.get("from", numbers[1] if len(numbers) > 1 else numbers[0], type=int)
    view = specification_numbered(session(), system_id, new)
    slugs = [request.args.get(name, "") for name in ("council", "with")]
    everything = request.args.get("all") == "1"
    of_councils = any(slugs)
    if of_councils:
        names, texts = zip(*(_schedules_of(view, slug) for slug in slugs), strict=True)
        shown = [("Local schedules", _shown(texts[0], texts[1], everything=everything))]
        heads = list(names)
    else:
        before = specification_numbered(session(), system_id, old)
        heads = [f"Version {before.version}", f"Version {view.version}"]
        shown = [("Common text", _shown(before.common_text, view.common_text, everything=everything))]
        keys = {(s.authority_id, s.lot_id): s.heading for s in (*before.schedules, *view.schedules)}
        for (authority, lot), heading in keys.items():
            was, is_ = (one.schedule(authority, lot) for one in (before, view))
            a, b = was.text if was else "", is_.text if is_ else ""
            if a != b:
                shown.append((f"Local schedule: {heading}", _shown(a, b, everything=everything)))
    return page(
        "compare_versions",
        system=system,
        standing=standing,
        councils={s.slug: s.short_name for s in view.schedules},
        old=old,
        new=new,
        slugs=slugs,
        heads=heads,
        shown=shown,
        everything=everything,
        of_councils=of_councils,
    )


def _shown(old: str, new: str, *, everything: bool) -> Any:
    pairs = differences(old, new)
    return pairs if everything else only_changes(pairs)


def _schedules_of(view: SpecificationView, slug: str) -> tuple[str, str]:
    found = [s for s in view.schedules if s.slug == slug]
    if not found:
        raise Missing
    texts = [s.text if s.lot_id is None else f"## Lot {s.lot_number}: {s.lot_title}\n\n{s.text}" for s in found]
    return found[0].short_name, "\n\n".join(text for text in texts if text)


def _version(system_id: UUID, version_id: UUID) -> Version:
    system_for(session(), actor(), system_id)
    return versions_of(session(), system_id).of(version_id)


def _section(version: Version, section_id: UUID) -> SpecificationSection:
    found = next((part for part in sections_of(session(), version.id) if part.id == section_id), None)
    if found is None:
        raise Missing
    return found


def _offer_councils(field: TicksField, system: PurchasingSystem) -> None:
    field.choices = options(
        (str(c.authority_id), c.name) for c in participants_of(session(), system.id) if c.authority_id != system.lead_id
    )


def _ticked(field: TicksField) -> list[UUID]:
    known = {choice[0] for choice in field.choices or ()}
    return [UUID(key) for key in field.data or () if key in known]


def _figure(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
