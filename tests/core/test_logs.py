"""What is written down of a fault: where and what kind, one line, and nothing that was in its hands."""

import json
import logging
import subprocess
import sys
import textwrap

import psycopg
import pytest
import structlog

from portal.core.logs import configure_foreign_logs, configure_logs

SECRET = "Kanarienvogel7Qx"


def failing(answer):
    try:
        raise ValueError(answer)
    except ValueError as error:
        held = {"answer": answer}
        raise psycopg.errors.InvalidTextRepresentation(f"invalid input syntax for type numeric: {held}") from error


@pytest.fixture
def written(capsys):
    before = structlog.get_config()
    configure_logs()
    yield lambda: capsys.readouterr().out
    structlog.configure(**before)


def test_a_fault_is_told_without_its_message_and_what_it_held(written):
    try:
        failing(SECRET)
    except psycopg.DataError as error:
        structlog.get_logger().error("fault", path="/a\nb", exc_info=error)
    line = written()
    assert SECRET not in line
    assert line.count("\n") == 1
    told = json.loads(line)
    assert (told["event"], told["path"], told["level"]) == ("fault", "/a\nb", "error")
    assert [fault["kind"] for fault in told["faults"]] == [
        "psycopg.errors.InvalidTextRepresentation",
        "builtins.ValueError",
    ]
    assert [fault["code"] for fault in told["faults"]] == ["22P02", None]
    assert told["faults"][0]["at"][-1].endswith(" failing")
    assert "test_logs.py:" in told["faults"][0]["at"][-1]


def test_the_current_fault_is_told_too(written):
    try:
        failing(SECRET)
    except psycopg.DataError:
        structlog.get_logger().exception("fault")
    line = written()
    assert SECRET not in line
    assert "psycopg.errors.InvalidTextRepresentation" in line


def test_what_libraries_warn_of_is_told_in_the_same_way():
    # In a process of its own: the root logger of this one is pytest's.
    code = f"""
        import logging
        from portal.core.logs import configure_foreign_logs
        from tests.core.test_logs import failing
        configure_foreign_logs()
        logging.getLogger("waitress").info("not shown")
        try:
            failing("{SECRET}")
        except Exception:
            logging.getLogger("waitress").exception("Exception while serving %s", "/a\\nb")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert SECRET not in done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["event"] == "Exception while serving /a\nb"
    assert [fault["kind"] for fault in told["faults"]] == [
        "psycopg.errors.InvalidTextRepresentation",
        "builtins.ValueError",
    ]


def test_a_second_call_adds_no_second_line():
    handlers = list(logging.getLogger().handlers)
    assert handlers, "pytest listens here"
    configure_foreign_logs()
    assert logging.getLogger().handlers == handlers
