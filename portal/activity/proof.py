"""Proving the trail: every line hashes to what it says, follows the one before, and is the one that was witnessed outside.

The database computes what each hash should be (the key never leaves it). Whoever owns the database could rewrite a whole
chain with it; the heads kept outside are what such a rewriting cannot reach.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from portal.core.audit.trail import HEADS_LOG


class Checked(NamedTuple):
    """A line as `app.audit_check()` gives it: `expected` is the hash of what the line says now."""

    n: int
    previous: bytes
    hash: bytes
    expected: bytes


@dataclass
class Verdict:
    """`faults`: a sentence each, naming the line where it can be known; `notes`: what is true and no fault."""

    lines: int = 0
    last: int = 0
    head: str = ""
    witnessed: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Heads:
    """What was written outside the database after each commit: number of the last line, and its hash."""

    by_line: Mapping[int, str]
    unreadable: int = 0


def read_heads(folder: Path) -> Heads | None:
    """The heads kept on this host, or None where there are none. A half-written last line is counted, not believed."""
    log = folder / HEADS_LOG
    if not log.exists():
        return None
    found: dict[int, str] = {}
    unreadable = 0
    for written in log.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = written.split()
        if len(parts) == 3 and parts[0].isdigit() and len(parts[1]) == 64:
            found[int(parts[0])] = parts[1]
        else:
            unreadable += 1
    return Heads(found, unreadable)


def prove(checked: Iterable[Checked], heads: Heads | None) -> Verdict:
    """Walk the chain once. `heads` must have been read before the lines: what is written meanwhile is no cut tail."""
    verdict = Verdict()
    witnesses = heads.by_line if heads else {}
    last, before = 0, b"\x00"
    for line in checked:
        if line.n != last + 1:
            verdict.faults.append(f"{_lines(last + 1, line.n - 1)} missing.")
        elif line.previous != before:
            verdict.faults.append(
                f"Line {line.n} is not chained to line {last}: what stands at line {last} now is not what it followed."
                if last
                else "Line 1 does not begin the chain."
            )
        if line.hash != line.expected:
            verdict.faults.append(f"Line {line.n} was altered: what it says does not fit its hash.")
        if line.n in witnesses:
            verdict.witnessed = line.n
            if witnesses[line.n] != line.hash.hex():
                verdict.faults.append(f"Line {line.n} is not the line whose hash was kept outside: it was rewritten.")
        last, before = line.n, line.hash
        verdict.lines += 1
    verdict.last, verdict.head = last, before.hex() if last else ""
    _compare_end(verdict, heads)
    return verdict


def _compare_end(verdict: Verdict, heads: Heads | None) -> None:
    if heads is None:
        if verdict.lines:
            verdict.faults.append(
                "No heads are kept outside the database, so a cut tail or a rewritten chain cannot be seen."
            )
        return
    newest = max(heads.by_line, default=0)
    if newest > verdict.last:
        verdict.faults.append(
            f"The tail was cut: {_lines(verdict.last + 1, newest).lower()} missing. The hash of line {newest} was kept outside."
        )
    elif newest < verdict.last:
        verdict.notes.append(
            f"After line {newest} no hash was kept outside; {_lines(newest + 1, verdict.last).lower()} in the chain alone."
        )
    if heads.unreadable:
        verdict.notes.append(f"{heads.unreadable} heads could not be read: a write was cut short.")


def _lines(first: int, last: int) -> str:
    return f"Line {first} is" if first == last else f"Lines {first} to {last} are"
