"""Later versions of a specification: drafted together, signed off, adopted by every council, brought into force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.activity.queries.messages import messages_of
from portal.core.errors import Invalid, Missing, NotPermitted, Refused
from portal.core.notify.models import Message
from portal.decisions.models import Decision
from portal.purchasing_systems import matters as m
from portal.purchasing_systems.actions.parts import add_lot
from portal.purchasing_systems.actions.rounds import plan_round, publish_round
from portal.purchasing_systems.actions.specifications import ScheduleConflict, write_local_schedule
from portal.purchasing_systems.actions.versions import (
    SectionConflict,
    add_section,
    begin_version,
    issue_version,
    remove_section,
    sign_off_version,
    write_section,
)
from portal.purchasing_systems.models import LocalSchedule, Participation, Round, Specification, SpecificationSection
from portal.purchasing_systems.queries.specifications import specification_numbered, specification_of
from portal.purchasing_systems.queries.versions import Standing, sections_of, sign_offs_of, version_hash, versions_of
from portal.purchasing_systems.subscriptions import note_confirmed_version
from tests.purchasing_systems.test_asking import answer, ask
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.rounds import LEAD, MadeRound, make_round

ClientFor = Callable[..., StrictClient]
COUNCILS = ("halton", "sefton", "wirral")
SEFTON, WIRRAL = "commissioning@sefton.example", "commissioning@wirral.example"


@pytest.fixture
def made(app: Flask, region: Region) -> MadeRound:
    """Halton leads Sefton and Wirral; round 1 is open, on version 1."""
    return make_round(app, region, councils=COUNCILS)


def begin(app: Flask, region: Region, made: MadeRound, *sharing: str) -> UUID:
    """Version 2, whose common text these councils share in drafting."""
    with acting(app, LEAD) as (session, actor):
        editors = [region.organisations[slug] for slug in sharing]
        return begin_version(session, actor, system_id=made.system_id, reason="Needs have changed.", editors=editors).id


def first_section(app: Flask, version: UUID) -> tuple[UUID, int]:
    with acting(app, LEAD) as (session, _):
        one = sections_of(session, version)[0]
        return one.id, one.revision


def write(app: Flask, email: str, section: UUID, revision: int, words: str) -> None:
    with acting(app, email) as (session, actor):
        write_section(session, actor, section_id=section, revision=revision, title="Purpose", text_=words)


def sign(app: Flask, email: str, version: UUID) -> None:
    with acting(app, email) as (session, actor):
        read = version_hash(session, version, actor.organisation_id)
        sign_off_version(session, actor, specification_id=version, sha256=read)


def put(app: Flask, region: Region, made: MadeRound) -> UUID:
    asked = [region.organisations[slug] for slug in COUNCILS]
    return ask(app, region, made, m.ADOPT_VERSION, councils=asked, subject="Version 2 of the specification")


def standing(app: Flask, made: MadeRound) -> Standing:
    with acting(app, "cabinet@wirral.example") as (session, _):
        return versions_of(session, made.system_id)


def flags(app: Flask, made: MadeRound) -> dict[str, tuple[int, str | None]]:
    return {c.council.slug: (c.version, c.flag) for c in standing(app, made).councils}


def issue(app: Flask, version: UUID, **words: str) -> None:
    values = {"what": "Visits weekly.", "why": "Children asked for it.", "legal_ground": "Regulation 72(1)(e)."} | words
    with acting(app, LEAD) as (session, actor):
        issue_version(session, actor, specification_id=version, **values)


def test_r3_02_each_council_has_joined_to_a_specific_version(app: Flask, region: Region, made: MadeRound) -> None:
    """R3-02: the authority joins a specific version of the specification; joining is recorded against that version."""
    assert flags(app, made) == dict.fromkeys(COUNCILS, (1, None))
    version = begin(app, region, made)
    assert flags(app, made) == dict.fromkeys(COUNCILS, (1, None))
    matter = put(app, region, made)
    for council in COUNCILS:
        answer(app, council, matter)
    with acting(app, LEAD) as (session, actor):
        # The worker does this after each decision.
        last = session.scalars(select(Decision.id).where(Decision.matter_id == matter)).first()
        note_confirmed_version(session, actor, id=str(last))
        joined = session.scalars(
            select(Participation.specification_id).where(Participation.system_id == made.system_id)
        ).all()
    assert joined == [version] * 3
    assert flags(app, made) == dict.fromkeys(COUNCILS, (2, None))


def test_r3_03_members_confirm_a_later_version_and_one_on_an_old_version_is_flagged(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    """R3-03: if a later version is issued, members are asked to confirm; a member on an old version is flagged."""
    begin(app, region, made)
    matter = put(app, region, made)
    answer(app, "halton", matter)
    answer(app, "sefton", matter)
    assert flags(app, made) == {
        "halton": (1, "On version 1; version 2 is approved by it, and waits for other councils."),
        "sefton": (1, "On version 1; version 2 is approved by it, and waits for other councils."),
        "wirral": (1, "On version 1; version 2 waits for its decision."),
    }
    for page in (f"/systems/{made.system_id}", f"/systems/{made.system_id}/specification"):
        shown = client_for("placement@sefton.example").get(page).get_data(as_text=True)
        assert "On version 1; version 2 waits for its decision." in shown, page
    answer(app, "wirral", matter, outcome="not_approve")
    assert flags(app, made)["wirral"] == (1, "On version 1; version 2 was not approved by it.")
    assert standing(app, made).versions[0].state == "draft"


def test_r3_05_officers_of_several_councils_draft_together_and_each_council_signs_off(
    app: Flask, region: Region, made: MadeRound
) -> None:
    """R3-05: working groups of officers from several authorities can co-edit a specification with per-authority sign-off."""
    version = begin(app, region, made, "sefton")
    section, revision = first_section(app, version)
    write(app, SEFTON, section, revision, "Sefton wrote this.")
    with acting(app, SEFTON) as (session, actor):
        add_section(session, actor, specification_id=version, after=section, title="Visits", text_="- Weekly")
        found = specification_numbered(session, made.system_id, 2)
        assert found.common_text == "## Purpose\n\nSefton wrote this.\n\n## Visits\n\n- Weekly"
        assert (
            sections_of(session, version)[0].edited_by == "Commissioning officer, Sefton Metropolitan Borough Council"
        )
    with acting(app, "cabinet@sefton.example") as (session, actor), pytest.raises(NotPermitted):
        sign_off_version(
            session, actor, specification_id=version, sha256=version_hash(session, version, actor.organisation_id)
        )
    sign(app, SEFTON, version)
    sign(app, WIRRAL, version)
    with pytest.raises((Refused, DBAPIError), match="signed off for your council already"):
        sign(app, SEFTON, version)

    # Wirral's own schedule is not what Sefton signed; the common text is what both did.
    with acting(app, WIRRAL) as (session, actor):
        write_local_schedule(
            session, actor, system_id=made.system_id, authority_id=actor.organisation_id, text="Wirral adds.", version=2
        )
    with acting(app, LEAD) as (session, _):
        signed = sign_offs_of(session, version)
        assert signed[region.organisations["sefton"]].withdrawn_at is None
        lost = signed[region.organisations["wirral"]]
        assert lost.withdrawn_because == (
            "The local schedule was changed by Commissioning officer, Wirral Borough Council."
        )
        assert region.organisations["halton"] not in signed
    section, revision = first_section(app, version)
    write(app, LEAD, section, revision, "Halton changed this.")
    with acting(app, SEFTON) as (session, actor):
        lost = sign_offs_of(session, version)[actor.organisation_id]
        assert lost.withdrawn_because.startswith("The common text was changed by Procurement officer, Halton")
        told = session.scalars(
            select(Message.subject).where(Message.kind == "purchasing_systems.version.sign_off_withdrawn")
        )
        assert [one for one in told if one.startswith("Sign-off withdrawn: version 2")]
        with pytest.raises(Refused, match="changed after you opened"):
            sign_off_version(session, actor, specification_id=version, sha256=lost.text_sha256)


def test_two_officers_in_the_same_section_and_nothing_is_lost(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    version = begin(app, region, made, "sefton")
    section, revision = first_section(app, version)
    address = f"/systems/{made.system_id}/versions/{version}/sections/{section}"
    client = client_for(SEFTON)
    client.get(address)
    write(app, LEAD, section, revision, "Halton was first.")
    with acting(app, SEFTON) as (session, actor):
        with pytest.raises(SectionConflict) as met:
            write_section(session, actor, section_id=section, revision=revision, title="Purpose", text_="Sefton too.")
        assert (met.value.theirs.text, met.value.text) == ("Halton was first.", "Sefton too.")
    said = client.send(address, {"title": "Purpose", "text": "Sefton too.", "revision": str(revision)})
    page = said.get_data(as_text=True)
    assert said.status_code == 409
    assert "Halton was first." in page
    assert page.count("Sefton too.") == 2
    assert "Procurement officer, Halton Borough Council" in page
    said = client.send(address, {"title": "Purpose", "text": "Both.", "revision": str(revision + 1)})
    assert said.status_code == 303
    with acting(app, LEAD) as (session, actor):
        assert sections_of(session, version)[0].text == "Both."
        with pytest.raises(Refused, match="changed meanwhile"):
            remove_section(session, actor, section_id=section, revision=revision)


def test_two_officers_in_the_same_schedule(app: Flask, region: Region, made: MadeRound) -> None:
    begin(app, region, made)
    with acting(app, WIRRAL) as (session, actor):
        values: dict[str, Any] = {"system_id": made.system_id, "authority_id": actor.organisation_id, "version": 2}
        write_local_schedule(session, actor, **values, text="First.", seen="Local words.")
        with pytest.raises(ScheduleConflict) as met:
            write_local_schedule(session, actor, **values, text="Second.", seen="Local words.")
        assert (met.value.theirs, met.value.mine) == ("First.", "Second.")


def test_a_council_that_does_not_share_the_drafting_cannot_write_it_by_any_door(
    app: Flask, region: Region, made: MadeRound
) -> None:
    version = begin(app, region, made, "sefton")
    section, revision = first_section(app, version)
    for email in (WIRRAL, "placement@halton.example", "head@sefton.example"):
        with acting(app, email) as (session, actor), pytest.raises(NotPermitted):
            write_section(session, actor, section_id=section, revision=revision, title="Purpose", text_="Mine.")
    call = text("SELECT app.write_section(:section, :revision, 'Purpose', 'Mine.')")
    for email in (WIRRAL, "head@sefton.example"):
        with acting(app, email) as (session, _):
            with pytest.raises(DBAPIError, match="share in the drafting"):
                session.execute(call, {"section": section, "revision": revision})
            session.rollback()
    for statement in (
        "UPDATE purchasing_systems.specification_sections SET text = 'Mine.'",
        "DELETE FROM purchasing_systems.specification_sections",
        "UPDATE purchasing_systems.version_sign_offs SET withdrawn_at = now()",
        "UPDATE purchasing_systems.specifications SET issued_at = now()",
    ):
        with acting(app, LEAD) as (session, _):
            with pytest.raises(DBAPIError, match="permission denied"):
                session.execute(text(statement))
            session.rollback()
    with acting(app, LEAD) as (session, _):
        with pytest.raises(DBAPIError, match="section by section"):
            session.execute(
                text("UPDATE purchasing_systems.specifications SET common_text = 'X' WHERE id = :id"), {"id": version}
            )
        session.rollback()
    with acting(app, WIRRAL) as (session, _):
        changed = session.execute(
            text("UPDATE purchasing_systems.specifications SET common_text = 'X' WHERE id = :id"), {"id": version}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_provider_and_public_never_see_a_draft(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    version = begin(app, region, made)
    section, revision = first_section(app, version)
    write(app, LEAD, section, revision, "Only councils read this.")
    for email in ("writer@alder.example", "operator@portal.example", "procurement@knowsley.example"):
        with acting(app, email) as (session, _):
            assert session.get(Specification, version) is None
            assert not session.scalars(select(LocalSchedule).where(LocalSchedule.specification_id == version)).all()
            assert session.get(SpecificationSection, section) is None
    page = f"/systems/{made.system_id}/versions/{version}"
    assert client_for("procurement@knowsley.example").get(page).status_code == 404
    assert client_for("writer@alder.example").get(page).status_code == 403
    assert "Only councils read this." in client_for("cabinet@wirral.example").get(page).get_data(as_text=True)
    for reader in (None, "writer@alder.example", LEAD):
        client = client_for(reader) if reader else client_for()
        public = client.get(f"/rounds/{made.round_id}/specification").get_data(as_text=True)
        assert "Version 1." in public
        assert "Only councils read this." not in public


def test_what_is_refused_on_the_way(app: Flask, region: Region, made: MadeRound) -> None:
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as wrong:
            begin_version(session, actor, system_id=made.system_id, reason=" ")
        assert set(wrong.value.fields) == {"reason"}
        with pytest.raises(Invalid):
            begin_version(
                session, actor, system_id=made.system_id, reason="R", editors=[region.organisations["knowsley"]]
            )
        session.rollback()
    with acting(app, SEFTON) as (session, actor), pytest.raises(NotPermitted):
        begin_version(session, actor, system_id=made.system_id, reason="Ours.")
    version = begin(app, region, made)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises((Refused, DBAPIError), match="not in force yet"):
            begin_version(session, actor, system_id=made.system_id, reason="Another.")
        session.rollback()
    with pytest.raises((Refused, DBAPIError), match="every council"):
        issue(app, version)
    section, revision = first_section(app, version)
    with pytest.raises(Invalid, match="another section"):
        write(app, LEAD, section, revision, "Text\n\n## Hidden heading")
    put(app, region, made)
    with pytest.raises((Refused, DBAPIError), match="put to the councils"):
        write(app, LEAD, section, revision, "Too late.")
    with acting(app, WIRRAL) as (session, actor):
        with pytest.raises((Refused, DBAPIError), match="put to the councils"):
            write_local_schedule(
                session, actor, system_id=made.system_id, authority_id=actor.organisation_id, text="Late.", version=2
            )
        session.rollback()
    with acting(app, "writer@alder.example") as (session, actor), pytest.raises(Missing):
        write_section(session, actor, section_id=section, revision=1, title="", text_="Ours.")


def test_r5_02_a_change_after_publication_is_a_modification_told_to_applicants(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    """R5-02: the specification is frozen before the window opens; later change requires a modification record and notice to applicants."""
    assert client_for("writer@alder.example").send(f"/rounds/{made.round_id}/interest").status_code == 303
    version = begin(app, region, made)
    section, revision = first_section(app, version)
    write(app, LEAD, section, revision, "What we expect now, and weekly visits.")
    matter = put(app, region, made)
    for council in COUNCILS:
        answer(app, council, matter)
    with acting(app, LEAD) as (session, actor):
        with pytest.raises(Invalid) as wrong:
            issue_version(session, actor, specification_id=version, what="Visits.", why=" ", legal_ground="")
        assert set(wrong.value.fields) == {"why", "legal_ground"}
        with pytest.raises(DBAPIError, match="Say what changes"):
            session.execute(text("SELECT app.issue_version(:id, 'Visits', '', 'Law')"), {"id": version})
        session.rollback()
    with pytest.raises((Refused, DBAPIError, NotPermitted)), acting(app, SEFTON) as (session, actor):
        issue_version(session, actor, specification_id=version, what="a", why="b", legal_ground="c")
    issue(app, version)

    with acting(app, LEAD) as (session, _):
        assert session.get_one(Round, made.round_id).specification_id == version
    with acting(app, "writer@alder.example") as (session, actor):
        told = [n for n in messages_of(session, actor).rows if n.link == f"/rounds/{made.round_id}/modifications"]
        assert any("Children asked for it." in one.body for one in told)
    public = client_for().get(f"/rounds/{made.round_id}/modifications").get_data(as_text=True)
    for words in ("Visits weekly.", "Children asked for it.", "Regulation 72(1)(e).", "Goes on under version 2"):
        assert words in public
    link = public.split(f"/rounds/{made.round_id}/modifications/")[1].split('"')[0]
    differs = client_for().get(f"/rounds/{made.round_id}/modifications/{link}").get_data(as_text=True)
    assert "<ins" in differs
    assert "inserted: </span>" in differs
    assert "Version 2." in client_for().get(f"/rounds/{made.round_id}/specification").get_data(as_text=True)
    with pytest.raises((Refused, DBAPIError), match="in force already"):
        issue(app, version)


def test_r8_01_a_scheme_is_added_as_a_lot_and_opened_by_a_later_round_alone(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    """R8-01: lots can represent physical schemes; a new scheme can be added later without re-opening the whole system."""
    with acting(app, LEAD) as (session, actor):
        facts = {"service": "Supported living", "area": "Widnes", "scheme": "The Orchard", "need_level": "Complex"}
        lot = add_lot(
            session, actor, system_id=made.system_id, number=3, title="The Orchard", description="Six flats.", **facts
        )
        later = plan_round(
            session, actor, system_id=made.system_id, number=2, lots=[lot.id],
            opens_at=session.get_one(Round, made.round_id).closes_at + timedelta(days=30),
            closes_at=session.get_one(Round, made.round_id).closes_at + timedelta(days=60),
        )  # fmt: skip
        assert later.lots == [lot.id]
        with pytest.raises(Invalid):
            plan_round(
                session, actor, system_id=made.system_id, number=3, lots=[made.round_id],
                opens_at=later.opens_at, closes_at=later.closes_at,
            )  # fmt: skip
        assert session.get_one(Round, made.round_id).lots == list(made.lots)
        lot_id, round_id = lot.id, later.id
    running = client_for().get(f"/rounds/{made.round_id}").get_data(as_text=True)
    assert "Residential care" in running
    assert "The Orchard" not in running
    planned = client_for(SEFTON).get(f"/rounds/{round_id}/preview").get_data(as_text=True)
    assert "The Orchard" in planned
    assert "Complex" in planned
    assert "Residential care" not in planned
    client = client_for("writer@alder.example")
    application = client.send(f"/rounds/{made.round_id}/apply").headers["Location"].split("/")[2]
    areas = {f"areas-{lot_id}": str(region.organisations["sefton"]), "lots": str(lot_id)}
    assert client.send(f"/applications/{application}/lots", areas).status_code == 422


def test_r8_02_the_provider_sees_the_combined_text_for_its_lot_and_areas(
    app: Flask, region: Region, client_for: ClientFor
) -> None:
    """R8-02: a shared specification supports local schedules per authority; the provider sees the combined text for the lot."""
    made = make_round(app, region, councils=COUNCILS, publish=False)
    sefton, wirral = region.organisations["sefton"], region.organisations["wirral"]
    with acting(app, SEFTON) as (session, actor):
        for lot, words in (
            (None, "Sefton for all lots."),
            (made.lots[0], "Sefton, residential."),
            (made.lots[1], "Sefton, foster."),
        ):
            write_local_schedule(session, actor, system_id=made.system_id, authority_id=sefton, text=words, lot_id=lot)
        with pytest.raises(NotPermitted):
            write_local_schedule(session, actor, system_id=made.system_id, authority_id=wirral, text="Not ours.")
    with acting(app, LEAD) as (session, actor):
        publish_round(session, actor, round_id=made.round_id)
    base = f"/rounds/{made.round_id}/specification"
    page = client_for().get(f"{base}?council=sefton&lot=1").get_data(as_text=True)
    assert "What we expect." in page
    assert "Sefton for all lots." in page
    assert "Sefton, residential." in page
    assert "Sefton, foster." not in page
    assert "Local words." not in page
    assert client_for().get(f"{base}?council=knowsley").status_code == 404
    assert client_for().get(f"{base}?lot=9").status_code == 404
    file = client_for().get(f"{base}.docx?council=sefton&lot=1")
    assert file.status_code == 200
    assert file.data[:2] == b"PK"
    assert "version-1" in file.headers["Content-Disposition"]
    plain = client_for().get(f"{base}.txt?council=wirral").get_data(as_text=True)
    assert "Local words." in plain
    assert "Version 1" in plain

    client = client_for("writer@alder.example")
    application = client.send(f"/rounds/{made.round_id}/apply").headers["Location"].split("/")[2]
    chosen = {"lots": str(made.lots[1]), f"areas-{made.lots[1]}": str(sefton)}
    assert client.send(f"/applications/{application}/lots", chosen).status_code == 303
    own = client.get(f"/applications/{application}/specification").get_data(as_text=True)
    assert "Sefton, foster." in own
    assert "Sefton, residential." not in own
    assert "Local words." not in own
    assert client.get(f"/applications/{application}/specification.docx").data[:2] == b"PK"
    assert client_for("writer@birch.example").get(f"/applications/{application}/specification").status_code == 404


def test_versions_and_schedules_are_compared_side_by_side(
    app: Flask, region: Region, made: MadeRound, client_for: ClientFor
) -> None:
    version = begin(app, region, made)
    section, revision = first_section(app, version)
    write(app, LEAD, section, revision, "What we require.")
    client = client_for("head@sefton.example")
    page = client.get(f"/systems/{made.system_id}/specification/compare?from=1&to=2").get_data(as_text=True)
    assert "deleted: </span>expect" in page
    assert "inserted: </span>require" in page
    page = client.get(f"/systems/{made.system_id}/specification/compare?to=1&council=sefton&with=wirral")
    assert "inserted: </span>Local words." in page.get_data(as_text=True)
    assert client.get(f"/systems/{made.system_id}/specification/compare?from=1&to=7").status_code == 404
    assert client.get(f"/systems/{made.system_id}/specification/compare?council=nobody&with=wirral").status_code == 404


def test_the_version_in_force_stays_until_the_lead_brings_the_later_into_force(
    app: Flask, region: Region, made: MadeRound
) -> None:
    version = begin(app, region, made)
    matter = put(app, region, made)
    for council in COUNCILS:
        answer(app, council, matter)
    assert standing(app, made).versions[0].state == "adopted"
    with acting(app, SEFTON) as (session, _):
        found = specification_of(session, made.system_id)
        assert found is not None
        assert found.version == 1
    issue(app, version)
    assert [v.state for v in standing(app, made).versions] == ["in_force", "earlier"]
