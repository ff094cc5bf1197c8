"""Every record says which authority answers for its personal data (ALL-08)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.applications.models import Letter
from tests.support.client import StrictClient
from tests.support.evaluated import Evaluated
from tests.support.evaluating import CHAIR
from tests.support.evaluating import Evaluated as Opened
from tests.support.region import acting

LEAD = "procurement@halton.example"
HALTON, SEFTON = "Halton Borough Council", "Sefton Metropolitan Borough Council"
Clients = Callable[[str], StrictClient]


def controllers(client: StrictClient, path: str) -> str:
    """The words after “Data controller”."""
    page = client.get(path, follow_redirects=True)
    assert page.status_code == 200, path
    text = page.get_data(as_text=True)
    assert text.count("Data controller") == 1, path
    return text.split("Data controller", 1)[1][:200]


def test_all_08_every_record_names_its_data_controller(
    evaluated_round: Callable[..., Evaluated], client_for: Clients
) -> None:
    case = evaluated_round(standstill_days=None)
    case.approve_outcome()
    decision = case.decide("sefton", case.ask_use())
    case.to_effect()
    lead = client_for(LEAD)
    system = f"/systems/{case.system_id}"
    for path in (system, f"{system}/rounds/{case.round_id}", f"/rounds/{case.round_id}/clarification-queue"):
        assert HALTON in controllers(lead, path), path
    assert SEFTON in controllers(lead, f"/decisions/records/{decision}")
    with acting(case.app, LEAD) as (session, _):
        letter = session.scalars(select(Letter.id).where(Letter.round_id == case.round_id)).first()
    assert HALTON in controllers(lead, f"/letters/{letter}")


def test_all_08_an_application_names_the_lead_before_and_after_opening(
    closed_round: Callable[..., Opened], client_for: Clients
) -> None:
    case = closed_round().open()
    application = case.applications["alder"]
    assert HALTON in controllers(client_for(CHAIR), f"/rounds/{case.id}/applications/{application}")
    assert HALTON in controllers(client_for("writer@alder.example"), f"/applications/{application}")
