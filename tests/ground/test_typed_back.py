"""What was typed comes back on the page; what no page may hold does not."""

from collections.abc import Callable

import pytest

from tests.support.client import StrictClient

ClientFor = Callable[..., StrictClient]
CONTROLS = "\x00\x01\x0b\x1f\x7f\x80\x9f"


@pytest.mark.parametrize("path", ["/register-organisation", "/sign-in", "/forgotten-password"])
def test_control_characters_are_refused_and_not_shown(client_for: ClientFor, path: str) -> None:
    typed = {"email": f"some{CONTROLS}body£@x.example", "password": f"x{CONTROLS}y", "post": CONTROLS}
    answer = client_for().send(path, {**typed, "name": f"Elm{CONTROLS} Housé", "organisation": f"Elm{CONTROLS} Housé"})
    assert answer.status_code in (200, 303, 401, 422)
    page = answer.get_data(as_text=True)
    assert not set(CONTROLS) & set(page)
    if path == "/register-organisation":
        assert answer.status_code == 422
        assert "somebody£@x.example" in page
        assert "Elm Housé" in page
