"""The supervisor: what matters ends all, what helps starts again, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.core.supervisor import Child, supervise

WAITING = [sys.executable, "-c", "import time; time.sleep(60)"]


def child(name: str, code: str, *, essential: bool) -> Child:
    return Child(name, [sys.executable, "-c", code], dict(os.environ), essential=essential)


def test_end_of_an_essential_process_ends_the_others_with_its_code() -> None:
    helper = Child("helper", WAITING, dict(os.environ), essential=False)
    said: list[str] = []
    code = supervise([child("web", "raise SystemExit(3)", essential=True), helper], lambda: None, said.append)
    assert (code, said) == (3, ["web ended with code 3."])
    assert helper.process is not None
    assert helper.process.poll() == -signal.SIGTERM


def test_helper_that_ends_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    helper = child("worker", f"open({str(starts)!r}, 'a').write('x')", essential=False)
    helper.pause = 0.1
    said: list[str] = []
    supervise([child("web", "import time; time.sleep(1.5)", essential=True), helper], lambda: None, said.append)
    assert len(starts.read_text()) >= 2
    assert said[0] == "worker ended with code 0."


def test_process_that_ignores_the_request_is_made_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.core.supervisor._PATIENCE_SECONDS", 0.5)
    deaf = child(
        "deaf",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)",
        essential=False,
    )
    supervise([child("web", "import time; time.sleep(1)", essential=True), deaf], lambda: None, lambda _: None)
    assert deaf.process is not None
    assert deaf.process.poll() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children of their parent's death on Linux only")
def test_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    inner = (
        "import os, time; from portal.core.supervisor import end_with_parent; end_with_parent();"
        f"open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    outer = (
        "import os, sys; from portal.core.supervisor import Child, supervise;"
        f"supervise([Child('web', [sys.executable, '-c', {inner!r}], dict(os.environ), essential=True)],"
        " lambda: None, print)"
    )
    with subprocess.Popen([sys.executable, "-c", outer], cwd=Path(__file__).parents[2]) as supervisor:
        for _ in range(100):
            if mark.exists() and mark.read_text():
                break
            time.sleep(0.1)
        supervisor.kill()
    for _ in range(50):
        if not is_alive(int(mark.read_text())):
            return
        time.sleep(0.1)
    pytest.fail("The child lives on.")


def is_alive(number: int) -> bool:
    try:
        state = Path("/proc", str(number), "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
