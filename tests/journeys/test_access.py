"""Getting in: a provider registers by mail, invites a colleague, loses nothing when the session ends in mid-sentence,

and comes back in with a forgotten password.
"""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.core.provision import Urls
from tests.journeys.person import Person
from tests.journeys.serving import served
from tests.tenants.test_people import OWN, link_to

pytestmark = pytest.mark.browser

EMAIL = "owner@avocet.example"
POST = "Deputy manager, nights and weekends"


def end_every_session(urls: Urls, email: str) -> None:
    """As an hour without a click does."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute(
            "UPDATE tenants.sessions SET ended_at = app.now() WHERE ended_at IS NULL AND person_id = "
            "(SELECT id FROM tenants.persons WHERE email = %s)",
            (email,),
        )


@pytest.mark.parametrize("scripts", [True, False])
def test_register_invite_and_lose_nothing(app: Flask, urls: Urls, browser: Browser, scripts: bool) -> None:
    email = f"{'with' if scripts else 'without'}-{EMAIL}"
    with served(app) as address:
        person = Person(browser, address, email, scripts=scripts)
        person.visit("/register-organisation").fill("Name of your organisation", "Avocet Care Ltd (fictional)")
        person.fill("Your post", "Registered manager").fill("Your e-mail address at work", email)
        person.press("Send me the link")
        person.visit(link_to(urls, email)).fill("New password", OWN).fill("The same password again", OWN)
        person.press("Set password and sign in")
        person.visit("/people/invite").fill("E-mail address", f"colleague-{email}").fill("Post", POST)
        person.page.get_by_label("Bid writer").check()
        end_every_session(urls, email)
        person.press("Send invitation", expect=401)
        assert POST not in person.page.content()
        person.fill("E-mail address", email).fill("Password", OWN).press("Sign in", within=person.page.locator("main"))
        assert person.page.get_by_role("heading", name="Continue where you were").count() == 1
        person.press("Send what I had typed")
        assert POST in person.page.content()
        assert not person.noise
        person.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_forgotten_password_and_a_changed_one(app: Flask, urls: Urls, browser: Browser, scripts: bool) -> None:
    email = f"{'legal' if scripts else 'finance'}@wirral.example"
    with served(app) as address:
        person = Person(browser, address, email, scripts=scripts)
        person.visit("/sign-in").press("I have forgotten my password")
        person.fill("E-mail address", email).press("Send me the link")
        link = link_to(urls, email)
        person.visit(link).fill("New password", OWN).fill("The same password again", "something else")
        person.press("Set password and sign in", expect=422)
        person.fill("New password", OWN).fill("The same password again", OWN).press("Set password and sign in")
        person.sees("Your new password holds from now on.")
        person.press("Your access and your password").press("Change your password")
        person.fill("The password you have now", OWN).fill("New password", f"{OWN} too")
        person.fill("The same password again", f"{OWN} too").press("Change password")
        person.sees("Your password is changed.")
        person.visit(link, expect=404).press("Ask for a new link").press("Back to your access").press("Sign out")
        person.password = f"{OWN} too"
        person.sign_in()
        assert not person.noise
        person.close()
