"""Organisations and people: there before anybody can sign in, and from then on nothing is founded again."""

from datetime import date

from portal.demonstration.content import accounts, organisations
from portal.demonstration.world import World
from tenants.founding import Founder

_KINDS = {"council": "authority", "provider": "provider", "operator": "operator"}


def found(world: World, admin_url: str, since: date) -> None:
    """Found every organisation with its first people, in post since a day."""
    with Founder(admin_url) as founder:
        for slug, entry in organisations().items():
            world.organisations[slug] = founder.organisation(
                kind=_KINDS[entry["kind"]],
                slug=slug,
                name=entry["name"],
                official_name=entry["official_name"],
                gss_code=entry.get("gss"),
                register_code=entry.get("register_code"),
                fictional=entry["fictional"],
            )
        for email, account in accounts().items():
            person = founder.person(email=email, password=account["password"], label=account["name"])
            world.people[email] = person
            for acting in (account, *account.get("acts_for", ())):
                founder.membership(
                    person=person,
                    organisation=world.organisations[acting["organisation"]],
                    post=account["name"],
                    roles=acting["roles"],
                    starts_on=since,
                )
