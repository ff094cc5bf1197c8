"""A system of as many councils as the North West has, where a test counts what grows with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Flask

from portal.core.provision import Urls
from portal.purchasing_systems.actions.parts import add_participant
from tenants.founding import Founder
from tests.support.region import QUICK, Region, acting
from tests.support.rounds import LEAD


def more_authorities(urls: Urls, region: Region, number: int) -> list[UUID]:
    """So many further authorities, without people, by the slugs `council-7`, `council-8`, …"""
    made = []
    with Founder(urls.admin, password_parameters=QUICK) as founder:
        for n in range(7, 7 + number):
            slug, name = f"council-{n}", f"Council {n}"
            region.organisations[slug] = founder.organisation(
                kind="authority", slug=slug, name=name, official_name=f"{name} Council", gss_code=f"E080009{n:02}"
            )
            made.append(region.organisations[slug])
    return made


def take_part(app: Flask, system_id: UUID, authorities: list[UUID]) -> None:
    """They join a system that is not public yet."""
    with acting(app, LEAD) as (session, actor):
        for authority in authorities:
            add_participant(
                session,
                actor,
                system_id=system_id,
                authority_id=authority,
                authority_name="",
                joined_on=date(2026, 1, 1),
            )
