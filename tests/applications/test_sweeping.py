"""Files without a row are removed after a day; files that anything names stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from portal.applications import sweeping
from portal.core.documents import DocumentLost, DocumentStore
from portal.core.provision import Urls
from portal.core.sealing import new_key
from tests.support.applying import PDF, OpenRound


def test_sweep_removes_what_no_row_names(
    open_round: Callable[..., OpenRound], urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = open_round().complete("alder", "foster")
    store = DocumentStore.on_disk(tmp_path)
    key, facts = new_key(), {"document": made}
    orphan, named = (store.put_encrypted([PDF], key, facts) for _ in range(2))
    with psycopg.connect(urls.admin) as connection:
        connection.execute(
            "UPDATE applications.documents SET storage_key = %s WHERE id = (SELECT id FROM applications.documents"
            " WHERE application_id = %s LIMIT 1)",
            (named.storage_key, made),
        )
        database = connection.info.dbname
    assert sweeping.swept(urls.admin, database, store) == [], "too young to be swept"
    monkeypatch.setattr(sweeping, "WAIT", timedelta(days=-1))
    assert sweeping.swept(urls.admin, database, store) == [orphan.storage_key]
    assert store.read_decrypted(named.storage_key, key, facts) == PDF
    with pytest.raises(DocumentLost):
        store.read_decrypted(orphan.storage_key, key, facts)


def test_database_without_documents_sweeps_nothing(app: Flask, fresh_urls: Urls) -> None:
    database = psycopg.conninfo.conninfo_to_dict(fresh_urls.admin)["dbname"]
    with pytest.raises(ValueError, match="names no document"):
        sweeping.swept(fresh_urls.admin, str(database), app.extensions["documents"])
