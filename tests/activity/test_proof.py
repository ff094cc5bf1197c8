"""The proof of the trail names what the owner of the database altered, removed or cut."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from portal.activity.commands import audit, check
from portal.activity.proof import Checked, Heads, prove, read_heads
from portal.app import create_app
from portal.core.audit import record
from portal.core.provision import Urls
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.support.region import acting, dispose, found_region

LINES = 12


@pytest.fixture
def trail(fresh_urls: Urls, tmp_path: Path) -> Iterator[tuple[Urls, Settings]]:
    """A database of its own with a dozen lines, their heads kept outside."""
    settings = Settings(data_dir=tmp_path, keeper_url=fresh_urls.keeper)
    Keyring.create(settings.keys_folder)
    found_region(fresh_urls)
    app = create_app(settings, fresh_urls.app)
    try:
        for number in range(1, LINES + 1):
            with acting(app, "procurement@halton.example") as (session, _):
                record(session, "tenants.test.done", f"Did the {number}th thing.", figure=number)
        yield fresh_urls, settings
    finally:
        dispose(app)


def as_owner(urls: Urls, *statements: str) -> None:
    """What a superuser can do whom no trigger and no policy stops."""
    with psycopg.connect(urls.admin) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("ALTER TABLE audit.lines DISABLE TRIGGER ALL")
        for statement in statements:
            connection.execute(statement)
        connection.execute("ALTER TABLE audit.lines ENABLE ALWAYS TRIGGER append_only")
        connection.execute("ALTER TABLE audit.lines ENABLE ALWAYS TRIGGER append_only_truncate")


def faults(urls: Urls, settings: Settings) -> list[str]:
    return check(urls.keeper, read_heads(settings.heads_folder)).faults


def test_an_untouched_trail_holds(trail: tuple[Urls, Settings]) -> None:
    urls, settings = trail
    verdict = check(urls.keeper, read_heads(settings.heads_folder))
    assert (verdict.lines, verdict.last, verdict.witnessed, verdict.faults) == (LINES, LINES, LINES, [])


@pytest.mark.parametrize(
    "change",
    [
        "sentence = 'Did something else.'",
        "person_label = 'Somebody else'",
        "at = at - interval '1 second'",
        "facts = '{\"figure\": 70}'",
        "about_id = gen_random_uuid()",
        "organisation_id = NULL",
    ],
)
def test_an_altered_line_is_named_and_no_other(trail: tuple[Urls, Settings], change: str) -> None:
    urls, settings = trail
    as_owner(urls, f"UPDATE audit.lines SET {change} WHERE n = 7")
    assert faults(urls, settings) == ["Line 7 was altered: what it says does not fit its hash."]


def test_a_removed_line_is_named(trail: tuple[Urls, Settings]) -> None:
    urls, settings = trail
    as_owner(urls, "DELETE FROM audit.lines WHERE n IN (5, 9, 10)")
    assert faults(urls, settings) == ["Line 5 is missing.", "Lines 9 to 10 are missing."]


def test_a_cut_tail_is_named(trail: tuple[Urls, Settings]) -> None:
    urls, settings = trail
    as_owner(urls, "DELETE FROM audit.lines WHERE n > 10")
    assert faults(urls, settings) == [
        "The tail was cut: lines 11 to 12 are missing. The hash of line 12 was kept outside."
    ]


def test_an_emptied_trail_is_a_cut_tail(trail: tuple[Urls, Settings]) -> None:
    urls, settings = trail
    as_owner(urls, "DELETE FROM audit.lines")
    assert faults(urls, settings)[0].startswith("The tail was cut: lines 1 to 12 are missing.")


def test_a_chain_rewritten_with_the_key_differs_from_the_heads_outside(trail: tuple[Urls, Settings]) -> None:
    urls, settings = trail
    rewrite = """DO $$ DECLARE l audit.lines; v bytea; BEGIN
        SELECT hash INTO v FROM audit.lines WHERE n = 6;
        UPDATE audit.lines SET sentence = 'Never happened.' WHERE n = 7;
        FOR l IN SELECT * FROM audit.lines WHERE n >= 7 ORDER BY n LOOP
            l.previous := v; v := app.mac('audit', v || app.audit_text(l));
            UPDATE audit.lines SET previous = l.previous, hash = v WHERE n = l.n;
        END LOOP; END $$"""
    as_owner(urls, rewrite)
    found = faults(urls, settings)
    assert found[0] == "Line 7 is not the line whose hash was kept outside: it was rewritten."
    assert len(found) == LINES - 6
    assert check(urls.keeper, None).faults == [
        "No heads are kept outside the database, so a cut tail or a rewritten chain cannot be seen."
    ]


def test_the_command_says_so_and_fails(trail: tuple[Urls, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    urls, settings = trail
    monkeypatch.setattr("portal.activity.commands.settings", lambda: settings)
    answer = CliRunner().invoke(audit, ["verify"])
    assert (answer.exit_code, answer.output.splitlines()[0]) == (
        0,
        "The trail holds: 12 lines, the last witnessed outside is line 12.",
    )
    as_owner(urls, "UPDATE audit.lines SET sentence = 'Something else.' WHERE n = 3")
    answer = CliRunner().invoke(audit, ["verify"])
    assert answer.exit_code == 1
    assert "Line 3 was altered" in answer.output
    assert CliRunner().invoke(audit, ["heads"]).output.splitlines()[1].startswith("12 ")


def test_nobody_but_the_keeper_is_shown_the_hashes(trail: tuple[Urls, Settings]) -> None:
    urls, _ = trail
    for url in (urls.app, urls.worker):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM app.audit_check()")
    with psycopg.connect(urls.keeper) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT sentence FROM audit.lines")


def test_lines_without_a_head_and_half_written_heads_are_notes() -> None:
    chain = [Checked(1, b"\x00", b"a", b"a"), Checked(2, b"a", b"b", b"b")]
    verdict = prove(chain, Heads({1: b"a".hex()}, unreadable=1))
    assert verdict.faults == []
    assert verdict.notes == [
        "After line 1 no hash was kept outside; line 2 is in the chain alone.",
        "1 heads could not be read: a write was cut short.",
    ]


def test_a_line_put_in_place_of_another_breaks_the_chain() -> None:
    chain = [Checked(1, b"\x00", b"a", b"a"), Checked(2, b"other", b"b", b"b")]
    assert prove(chain, Heads({2: b"b".hex()})).faults == [
        "Line 2 is not chained to line 1: what stands at line 1 now is not what it followed."
    ]
