"""Every upload passes the scanner, whole and unaltered; what is found is refused, and so is everything unscanned."""

import io
from pathlib import Path

import pytest

from portal.core.documents import MalwareFound, Scanner, ScannerUnavailable, open_scanner, read_upload, scanner
from tests.support.clamd import EICAR, running_clamd


class File:
    def __init__(self, content, filename="note.txt"):
        self.stream = io.BytesIO(content)
        self.filename = filename


@pytest.fixture
def path():
    import tempfile

    # Not below the tests' own folder, which may be too deep for a socket.
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        yield Path(folder, "s")


@pytest.fixture
def clamd(path):
    with running_clamd(path) as server:
        yield server


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 200_000, 20 * 1024 * 1024])
def test_a_clean_file_reaches_the_scanner_whole(clamd, path, size):
    content = (bytes(range(1, 256)) * (size // 255 + 1))[:size]
    Scanner(path).check(content)
    assert clamd.received == [content]
    assert clamd.chunks == -(-size // 65_536)


@pytest.mark.parametrize("before", [0, 65_536 - 30, 500_000])
def test_malware_is_refused_by_name_wherever_it_stands(clamd, path, before):
    with pytest.raises(MalwareFound, match=r"found Eicar-Test-Signature in it\. It was not saved"):
        Scanner(path).check(b"a" * before + EICAR)


def test_an_upload_is_refused_for_malware(clamd, path):
    with pytest.raises(MalwareFound):
        read_upload(File(EICAR), Scanner(path))
    assert read_upload(File(b"good words"), Scanner(path)).content == b"good words"
    assert read_upload(File(EICAR), None).content == EICAR


def test_the_scanner_sees_a_picture_as_it_was_sent(clamd, path):
    from tests.core.test_documents_pictures import photograph

    sent = photograph()
    assert read_upload(File(sent, "a.jpg"), Scanner(path)).content != sent
    assert clamd.received == [sent]


@pytest.mark.parametrize(
    "reply",
    [
        b"stream: OK",  # cut short: perhaps "stream: OK but"
        b"",
        b"\0",
        b"stream: Can't allocate memory ERROR\0",
        b"COMMAND READ TIMED OUT\0",
        b"nonsense FOUND\0",
        b"stream: OK\0stream: OK\0",
        b"x" * 10_000,
        b"\xff\xfe\0",
    ],
)
def test_any_answer_but_yes_is_no(clamd, path, reply):
    clamd.reply = reply
    with pytest.raises(ScannerUnavailable, match="cannot be checked for malware just now"):
        Scanner(path).check(b"good words")


def test_the_name_of_malware_is_shown_without_signs(clamd, path):
    clamd.reply = b"stream: <b>Odd</b>\n.Name-1 FOUND\0"
    with pytest.raises((MalwareFound, ScannerUnavailable)) as refused:
        Scanner(path).check(b"x")
    assert "<" not in refused.value.sentence


def test_a_file_over_the_scanners_own_limit_is_not_taken(clamd, path):
    clamd.limit = 100_000
    with pytest.raises(ScannerUnavailable):
        Scanner(path).check(b"x" * 5_000_000)


def test_nothing_is_taken_while_the_scanner_is_away(path):
    away = Scanner(path)
    assert not away.answers()
    with pytest.raises(ScannerUnavailable):
        away.check(b"good words")
    with running_clamd(path):
        assert away.answers()
        away.check(b"good words")
    assert not away.answers()
    with pytest.raises(ScannerUnavailable):
        away.check(b"good words")


def test_a_scanner_that_does_not_answer_in_time_is_away(path, monkeypatch):
    import socket

    monkeypatch.setattr(scanner, "_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        with pytest.raises(ScannerUnavailable):
            Scanner(path).check(b"good words" * 1_000_000)


def test_without_a_setting_there_is_none(path):
    assert open_scanner(None) is None
    assert isinstance(open_scanner(path), Scanner)
