"""Temporary files that betray nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.scratch import EphemeralFile

CANARY = b"the price is 1234.56 "


def test_content_is_not_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "overflow"
    with EphemeralFile(path.open("w+b")) as file:
        file.write(CANARY * 1000)
        file.flush()
        assert path.stat().st_size == len(CANARY) * 1000
        assert CANARY not in path.read_bytes()
        file.seek(0)
        assert file.read() == CANARY * 1000


def test_two_files_with_the_same_content_differ() -> None:
    inner = [io.BytesIO(), io.BytesIO()]
    files = [EphemeralFile(target) for target in inner]
    for file in files:
        file.write(CANARY)
    assert inner[0].getvalue() != inner[1].getvalue()


@given(st.lists(st.binary(max_size=70), max_size=8), st.integers(0, 400), st.integers(0, 90))
def test_any_stretch_reads_back(parts: list[bytes], start: int, length: int) -> None:
    file = EphemeralFile(io.BytesIO())
    for part in parts:
        file.write(part)
    file.seek(start)
    assert file.read(length) == b"".join(parts)[start : start + length]


def test_writing_over_is_refused() -> None:
    file = EphemeralFile(io.BytesIO())
    file.write(CANARY)
    file.seek(0)
    with pytest.raises(ValueError, match="written at its end only"):
        file.write(CANARY)
