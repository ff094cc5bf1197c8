"""Wrapping keys outside the database: rotated, retired, lost, restored; never shown."""

import json
import stat

import pytest

from portal.core.sealing import (
    KeyLost,
    Keyring,
    KeyringExists,
    KeyringExposed,
    SealBroken,
    backup,
    digest,
    export_backup,
    key_id_of,
    manifest,
    new_key,
    open_key_service,
    restore_backup,
)

FACTS = {"use": "version", "round": "r", "applicant": "p", "version": 1, "part": "price"}
PASSPHRASE = "a long passphrase for tests"


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def keyring(directory):
    return Keyring.create(directory)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(backup, "OPERATIONS", backup.argon2id.OPSLIMIT_MIN)
    monkeypatch.setattr(backup, "MEMORY", backup.argon2id.MEMLIMIT_MIN)


def test_wrap_opens_with_its_own_facts_only(keyring):
    dek = new_key()
    wrapped = keyring.wrap(dek, FACTS)
    assert dek not in wrapped
    assert keyring.unwrap(wrapped, FACTS) == dek
    for name in FACTS:
        with pytest.raises(SealBroken):
            keyring.unwrap(wrapped, {**FACTS, name: "other"})


def test_wrapped_key_with_a_flipped_bit_is_refused(keyring):
    wrapped = keyring.wrap(new_key(), FACTS)
    for at in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[at] ^= 1
        # A changed name is the name of a key that is not held.
        with pytest.raises(KeyLost if 4 <= at < 12 else SealBroken):
            keyring.unwrap(bytes(altered), FACTS)


def test_wrap_takes_no_short_key(keyring):
    with pytest.raises(ValueError, match="32 bytes"):
        keyring.wrap(b"short", FACTS)


def test_files_are_their_owners_alone(keyring, directory):
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()] == [0o600, 0o600]


def test_load_a_file_others_can_read_is_refused(keyring, directory):
    (directory / "keyring.json").chmod(0o640)
    with pytest.raises(KeyringExposed, match="0600"):
        Keyring.load(directory)


def test_create_over_a_keyring_is_refused_and_keeps_it(keyring, directory):
    with pytest.raises(KeyringExists):
        Keyring.create(directory)
    assert Keyring.load(directory).ids == keyring.ids


def test_keys_are_not_shown(keyring, directory):
    held = [one["key"] for one in json.loads((directory / "keyring.json").read_text())["keys"]]
    assert held
    assert not any(key in repr(keyring) + repr(vars(keyring)) for key in held)
    assert repr(keyring._keys) == f"Keys(current='{keyring.current_id}')"


def test_rotation_keeps_old_content_readable_and_rewraps(keyring, directory):
    dek = new_key()
    old = keyring.wrap(dek, FACTS)
    first = keyring.current_id
    second = keyring.rotate()
    assert keyring.ids == (first, second)
    assert keyring.current_id == second
    assert keyring.unwrap(old, FACTS) == dek
    assert not keyring.is_current(old)
    new = keyring.rewrap(old, FACTS)
    assert key_id_of(new) == second
    assert keyring.unwrap(new, FACTS) == dek
    assert keyring.rewrap(new, FACTS) == new
    with pytest.raises(SealBroken):
        keyring.rewrap(old, {**FACTS, "part": "quality"})


def test_rotation_elsewhere_is_seen_by_an_open_keyring(keyring, directory):
    keeper = Keyring.load(directory)
    keeper.rotate()
    wrapped = keeper.wrap(new_key(), FACTS)
    assert keyring.unwrap(wrapped, FACTS) == keeper.unwrap(wrapped, FACTS)
    assert keyring.current_id == keeper.current_id


def test_key_retired_elsewhere_is_not_used_by_an_open_keyring(keyring, directory):
    keeper = Keyring.load(directory)
    old = keeper.current_id
    keeper.rotate()
    keeper.retire(old)
    wrapped = keyring.wrap(new_key(), FACTS)
    assert key_id_of(wrapped) == keeper.current_id
    assert Keyring.load(directory).unwrap(wrapped, FACTS) == keyring.unwrap(wrapped, FACTS)


def test_two_keepers_lose_no_key(keyring, directory):
    other = Keyring.load(directory)
    ids = {keyring.rotate(), other.rotate(), keyring.rotate()}
    assert ids < set(Keyring.load(directory).ids)


def test_lost_key_names_itself(keyring):
    wrapped = keyring.wrap(new_key(), FACTS)
    first = keyring.current_id
    keyring.rotate()
    keyring.retire(first)
    with pytest.raises(KeyLost) as lost:
        keyring.unwrap(wrapped, FACTS)
    assert lost.value.key_id == first
    assert first in lost.value.sentence
    assert "backup" in lost.value.sentence


def test_retire_the_current_key_is_refused(keyring):
    with pytest.raises(ValueError, match="rotate"):
        keyring.retire(keyring.current_id)
    with pytest.raises(KeyLost):
        keyring.retire("00" * 8)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"format":1,"current":"aa","keys":[]}',
        '{"format":1,"current":"zz","keys":[{"id":"zz","key":"AA=="}]}',
    ],
)
def test_load_a_damaged_file_is_refused(keyring, directory, content):
    (directory / "keyring.json").write_text(content)
    with pytest.raises(SealBroken, match="damaged"):
        Keyring.load(directory)


def test_lost_key_drill_backup_brings_everything_back(keyring, directory, tmp_path, quick):
    old = keyring.wrap(new_key(), FACTS)
    keyring.rotate()
    new = keyring.wrap(new_key(), FACTS)
    export_backup(keyring, tmp_path / "backup", PASSPHRASE)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    restored = restore_backup(tmp_path / "backup", PASSPHRASE, tmp_path / "elsewhere")
    assert restored.ids == keyring.ids
    assert restored.current_id == keyring.current_id
    assert [restored.unwrap(one, FACTS) for one in (old, new)] == [keyring.unwrap(one, FACTS) for one in (old, new)]


def test_backup_is_not_opened_by_another_passphrase_or_when_altered(keyring, directory, tmp_path, quick):
    path = tmp_path / "backup"
    export_backup(keyring, path, PASSPHRASE)
    with pytest.raises(SealBroken, match="passphrase"):
        restore_backup(path, PASSPHRASE + "x", tmp_path / "elsewhere")
    backed = json.loads(path.read_text())
    for name, value in {
        "salt": "00" * 16,
        "memory": backed["memory"] * 2,
        "operations": 10**9,
        "box": "00",
        "format": "x",
    }.items():
        path.write_text(json.dumps({**backed, name: value}))
        with pytest.raises(SealBroken):
            restore_backup(path, PASSPHRASE, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_backup_never_overwrites(keyring, directory, tmp_path, quick):
    export_backup(keyring, tmp_path / "backup", PASSPHRASE)
    with pytest.raises(FileExistsError):
        export_backup(keyring, tmp_path / "backup", PASSPHRASE)
    with pytest.raises(KeyringExists):
        restore_backup(tmp_path / "backup", PASSPHRASE, directory)
    with pytest.raises(ValueError, match="16"):
        export_backup(keyring, tmp_path / "other", "short")


def test_key_service_is_chosen_by_setting(keyring, directory):
    wrapped = keyring.wrap(new_key(), FACTS)
    assert open_key_service(f"file:{directory}").unwrap(wrapped, FACTS) == keyring.unwrap(wrapped, FACTS)
    assert open_key_service("tests.core.test_sealing_keyring:service_of_the_host") == "the host's"
    for wrong in ("", "file:", "vault", "http://keys", "os:system('x')"):
        with pytest.raises(ValueError, match="key service"):
            open_key_service(wrong)
    with pytest.raises(FileNotFoundError):
        open_key_service(f"file:{directory}/none")


def service_of_the_host():
    return "the host's"


def test_manifest_is_what_sha256sum_writes(tmp_path):
    import subprocess

    (tmp_path / "price").write_bytes(b"sealed price")
    (tmp_path / "quality").write_bytes(b"sealed quality")
    written = subprocess.run(
        ["sha256sum", "price", "quality"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert manifest({"quality": b"sealed quality", "price": b"sealed price"}) == written


def test_digest_is_fixed_and_covers_names_content_and_documents():
    whole = digest({"price": b"a", "quality": b"b"}, {"ab12": "0" * 64})
    assert whole == digest({"quality": b"b", "price": b"a"}, {"ab12": "0" * 64})
    others = [
        digest({"price": b"b", "quality": b"a"}, {"ab12": "0" * 64}),
        digest({"price": b"a", "quality": b"b"}, {"ab12": "1" * 64}),
        digest({"price": b"a", "quality": b"b"}),
        digest({"price": b"a"}, {"ab12": "0" * 64}),
    ]
    assert len({whole, *others}) == 5


@pytest.mark.parametrize(
    ("sealed", "documents"),
    [({}, {}), ({"a\nb": b""}, {}), ({"": b""}, {}), ({"a": b""}, {"a": "0" * 64}), ({"a": b""}, {"b": "x" * 64})],
)
def test_manifest_that_could_be_forged_is_refused(sealed, documents):
    with pytest.raises(ValueError, match="manifest"):
        manifest(sealed, documents)
