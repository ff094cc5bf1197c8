"""Documents are stored encrypted, whole or not at all, and given back only when they are right."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.documents import (
    DocumentLost,
    DocumentStore,
    StorageFull,
    StorageUnavailable,
    UploadRefused,
    disk,
    open_store,
)
from portal.core.sealing import SealBroken, new_key

KEY = new_key()
FACTS = {"round": "r", "applicant": "p", "document": "d"}
CANARY = b"canary-price-1234567.89"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2200, 1, 1, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "documents"


@pytest.fixture(params=["disk", "memory"])
def store(request, directory):
    return DocumentStore.on_disk(directory) if request.param == "disk" else DocumentStore.in_memory()


def files(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


def test_document_comes_back_and_its_figures_are_right(store):
    content = CANARY * 20_000
    stored = store.put_encrypted([content[:100], content[100:]], KEY, FACTS)
    assert store.read_decrypted(stored.storage_key, KEY, FACTS) == content
    assert (stored.size, stored.sha256_plain) == (len(content), hashlib.sha256(content).hexdigest())
    assert stored.sha256_cipher != stored.sha256_plain


def test_disk_holds_the_ciphertext_only_for_its_owner_only(directory):
    stored = DocumentStore.on_disk(directory).put_encrypted([CANARY], KEY, FACTS)
    (path,) = files(directory)
    assert path.name == stored.storage_key
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stored.sha256_cipher
    assert CANARY not in path.read_bytes()
    assert [place.stat().st_mode & 0o777 for place in (path, path.parent, directory)] == [0o600, 0o700, 0o700]


def test_document_of_another_is_not_given(store):
    stored = store.put_encrypted([CANARY], KEY, FACTS)
    for key, facts in ((new_key(), FACTS), (KEY, {**FACTS, "applicant": "q"})):
        with pytest.raises(SealBroken):
            store.read_decrypted(stored.storage_key, key, facts)


@settings(max_examples=20)
@given(at=st.integers(0, 131_000), is_cut=st.booleans())
def test_document_altered_or_cut_on_disk_is_not_given(tmp_path_factory, at, is_cut):
    directory = tmp_path_factory.mktemp("documents")
    store = DocumentStore.on_disk(directory)
    stored = store.put_encrypted([b"x" * 100_000], KEY, FACTS)
    (path,) = files(directory)
    content = path.read_bytes()
    path.write_bytes(content[:at] if is_cut else content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with pytest.raises(SealBroken):
        store.read_decrypted(stored.storage_key, KEY, FACTS)


def test_documents_swapped_on_disk_are_not_given(directory):
    store = DocumentStore.on_disk(directory)
    mine = store.put_encrypted([b"mine"], KEY, FACTS)
    store.put_encrypted([b"theirs"], KEY, {**FACTS, "document": "e"})
    one, other = files(directory)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    with pytest.raises(SealBroken):
        store.read_decrypted(mine.storage_key, KEY, FACTS)


def test_limit_is_exact_and_nothing_stays_behind(directory):
    store = DocumentStore.on_disk(directory)
    with pytest.raises(UploadRefused, match="larger than"):
        store.put_encrypted([b"x" * 1_000, b"x"], KEY, FACTS, limit_bytes=1_000)
    assert files(directory) == []
    assert store.put_encrypted([b"x" * 1_000], KEY, FACTS, limit_bytes=1_000).size == 1_000


def test_upload_that_breaks_off_leaves_nothing(directory):
    def broken():
        yield b"x" * 200_000
        raise KeyError("gone")

    with pytest.raises(KeyError):
        DocumentStore.on_disk(directory).put_encrypted(broken(), KEY, FACTS)
    assert files(directory) == []


def test_absent_document_is_lost_and_a_path_is_no_key(store):
    for storage_key in ("0" * 32, "../../../../etc/passwd", "", "0" * 31 + "/"):
        with pytest.raises(DocumentLost):
            store.get_decrypted(storage_key, KEY, FACTS)
    with pytest.raises(DocumentLost):
        store.delete("../keys/keyring.json")


def test_delete_twice_is_no_fault(store):
    stored = store.put_encrypted([b"x"], KEY, FACTS)
    store.delete(stored.storage_key)
    store.delete(stored.storage_key)
    with pytest.raises(DocumentLost):
        store.read_decrypted(stored.storage_key, KEY, FACTS)


def test_sweep_removes_old_orphans_only(store):
    known, orphan = (store.put_encrypted([b"x"], KEY, FACTS).storage_key for _ in range(2))
    assert store.sweep({known}, before=LONG_AGO) == []
    assert store.sweep({known}, before=FAR_AHEAD) == [orphan]
    assert store.read_decrypted(known, KEY, FACTS) == b"x"


def test_sweep_leaves_what_is_not_ours_and_removes_half_written_files(directory):
    store = DocumentStore.on_disk(directory)
    (directory / "aa").mkdir()
    (directory / "README").write_text("not ours")
    half = directory / "aa" / ("a" * 32 + "#1")
    half.write_bytes(b"half")
    assert store.sweep(set(), before=LONG_AGO) == []
    assert half.exists()
    assert store.sweep(set(), before=FAR_AHEAD) == []
    assert files(directory) == [directory / "README"]


def test_disk_full_is_said_and_nothing_stays_behind(directory):
    directory.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(directory)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs a privilege")
    try:
        store = DocumentStore.on_disk(directory)
        kept = store.put_encrypted([CANARY], KEY, FACTS)
        with pytest.raises(StorageFull):
            store.put_encrypted([b"x" * 1_000_000], KEY, FACTS)
        assert [path.name for path in files(directory)] == [kept.storage_key]
        assert store.read_decrypted(kept.storage_key, KEY, FACTS) == CANARY
    finally:
        subprocess.run(["umount", str(directory)], check=True)


@pytest.mark.parametrize(("number", "refusal"), [(28, StorageFull), (122, StorageFull), (5, StorageUnavailable)])
def test_disk_that_cannot_confirm_keeps_nothing(directory, monkeypatch, number, refusal):
    def fails(handle):
        raise OSError(number, "as the system says")

    monkeypatch.setattr(disk.os, "fsync", fails)
    with pytest.raises(refusal):
        DocumentStore.on_disk(directory).put_encrypted([b"x"], KEY, FACTS)
    assert files(directory) == []


def test_bucket_that_does_not_answer_is_said_soon():
    store = open_store(
        "s3://documents/portal", endpoint="http://127.0.0.1:9", access_key_id="x", secret_access_key="x",
        region="eu-west-2", client_options={"allow_http": True, "timeout": timedelta(seconds=1)},
    )  # fmt: skip
    with pytest.raises(StorageUnavailable):
        store.put_encrypted([b"x"], KEY, FACTS)
    with pytest.raises(StorageUnavailable):
        store.get_decrypted("0" * 32, KEY, FACTS)


@pytest.mark.parametrize("url", ["", "/srv", "http://host/x", "file://relative", "memory://", "s3://"])
def test_store_of_another_form_is_refused(url):
    with pytest.raises(ValueError, match="document store"):
        open_store(url)


def test_store_is_chosen_by_setting(directory):
    stored = open_store(f"file://{directory}").put_encrypted([b"x"], KEY, FACTS)
    assert DocumentStore.on_disk(directory).read_decrypted(stored.storage_key, KEY, FACTS) == b"x"
