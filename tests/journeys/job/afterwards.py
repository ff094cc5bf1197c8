"""Six registers and three providers' tables, each as its council decided; and the trail of all of it."""

from __future__ import annotations

import csv
from io import StringIO

from portal.activity.commands import check
from portal.activity.proof import read_heads
from portal.core import clock
from portal.core.web.look import day
from tests.journeys.world import JourneyWorld
from tests.support.region import COUNCILS

LOTS = {"residential": "Lot 1: Residential care", "foster": "Lot 2: Foster care"}
ADMITTED = (("alder", "residential"), ("birch", "residential"), ("alder", "foster"), ("cedar", "foster"))
"""In the order of the registers: by lot, then by name."""
GROUND = "on the published ground “Unresolved safeguarding concern”"


def in_the_way(council: str, provider: str, *, told_to: str = "council") -> str | None:
    """What bars this council from this provider: the whole outcome of the story, in one place."""
    name = COUNCILS[council][0]
    if council == "st-helens" and provider == "birch":
        return "Not offered for St Helens"
    if council == "wirral":
        return "Wirral decided not to use the providers of round 2"
    if council == "knowsley" and provider == "cedar":
        return f"{name} restricts {'your' if told_to == 'provider' else 'its'} use {GROUND}"
    return None


def six_registers(world: JourneyWorld) -> None:
    """Every council's whole register: who can be used and since when, who cannot and why."""
    today = day(clock.today())
    by_name = sorted(ADMITTED, key=lambda one: (named(one[0]), LOTS[one[1]]))
    seen = {}
    for council in COUNCILS:
        officer = world.person(f"placement@{council}.example").visit("/register")
        usable = [[named(provider), LOTS[lot], today] for provider, lot in by_name if not in_the_way(council, provider)]
        barred = [
            [named(provider), LOTS[lot], in_the_way(council, provider)]
            for provider, lot in by_name
            if in_the_way(council, provider)
        ]
        found = [[row[0], row[1].split(" LCR")[0], row[2]] for row in officer.table(f"Can be used now ({len(usable)})")]
        if not usable:
            officer.sees("Your council cannot use any provider today.")
            found = []
        assert found == usable, f"{council}: {found}"
        hindered = officer.table(f"Cannot be used, or not yet ({len(barred)})") if barred else []
        assert [[r[0], r[1].split(" LCR")[0]] for r in hindered] == [r[:2] for r in barred], f"{council}: {hindered}"
        for row, wanted in zip(hindered, barred, strict=True):
            assert str(wanted[2]) in row[2], f"{council}: {row}"
        if not barred:
            officer.sees_not("Cannot be used")
        seen[council] = (found, barred)
    assert seen["halton"] == seen["liverpool"] == seen["sefton"]
    assert len({str(seen[council]) for council in ("halton", "knowsley", "st-helens", "wirral")}) == 4


def three_providers(world: JourneyWorld) -> None:
    """Each provider's table, lot by lot: council / can use you from / waiting for."""
    today = day(clock.today())
    for provider in ("alder", "birch", "cedar"):
        person = world.person(f"writer@{provider}.example").visit("/where-you-stand")
        own = [lot for name, lot in ADMITTED if name == provider]
        for number, lot in enumerate(own, start=1):
            person.sees(LOTS[lot])
            found = person.rows(f'section[aria-labelledby="lot-{number}"] tbody tr')
            wanted = []
            for council, (name, *_) in COUNCILS.items():
                hindrance = in_the_way(council, provider, told_to="provider")
                wanted.append([name, "No" if hindrance else today, hindrance or "Nothing"])
            assert found == wanted, f"{provider}, {lot}: {found}"


def what_the_public_sees(world: JourneyWorld) -> None:
    """The published register and its download agree with the six."""
    anyone = world.person(None)
    today = day(clock.today())
    anyone.visit("/published-register").sees("4 entries")
    found = anyone.rows("main table tbody tr")
    wanted = [
        [named(provider), LOTS[lot], *(_cell(council, provider, today) for council in COUNCILS)]
        for provider, lot in ADMITTED
    ]
    assert sorted(found) == sorted(wanted), found
    answer = anyone.context.request.get("/published-register.csv").text()
    rows = list(csv.reader(StringIO(answer.lstrip("\ufeff"))))
    assert len(rows) > len(ADMITTED), rows
    anyone.visit(f"/rounds/{world.made['round']}").sees("Complete")


def the_trail(world: JourneyWorld) -> None:
    """Every organisation reads its own; the chain holds, and a single altered line would be found."""
    halton, cedar = world.person("procurement@halton.example"), world.person("admin@cedar.example")
    halton.visit("/trail").sees("Line", "Who")
    text = halton.text()
    for _ in range(8):
        if not halton.page.get_by_role("link", name="Older").count():
            break
        text += halton.go(halton.page.get_by_role("link", name="Older")).text()
    for act in ("Planned round 2", "Recorded the official notice", "moderation meeting", "agreement"):
        assert act in text, f"no line says “{act}”"
    cedar.visit("/trail").sees("Cedar House Care")
    assert "Alder" not in cedar.text()
    halton.visit("/trail/refused").sees("This round is sealed")
    verdict = check(world.urls.keeper, read_heads(world.settings.heads_folder))
    assert not verdict.faults, verdict.faults
    assert verdict.lines > 100, verdict.lines


def named(slug: str) -> str:
    """A provider as it is registered."""
    return f"{slug.capitalize()} House Care Ltd (fictional)"


def _cell(council: str, provider: str, today: str) -> str:
    return "– Cannot be used" if in_the_way(council, provider) else today
