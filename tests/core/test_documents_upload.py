"""An upload arrives in memory; over the limit it is refused and the form it came with is still read."""

import io
import tempfile

import pytest
from flask import Flask, Request

from portal.core.documents import Kind, UploadRefused, UploadSink, UploadsInMemory, read_upload

LIMIT = 600_000


class PortalRequest(UploadsInMemory, Request):
    max_upload_bytes = LIMIT


@pytest.fixture
def client(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a temporary file was made")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, never)
        monkeypatch.setattr(f"werkzeug.formparser.{name}", never, raising=False)
    app = Flask(__name__)
    app.request_class = PortalRequest

    @app.post("/")
    def take():
        from flask import request

        assert type(request.files["file"].stream) is UploadSink
        try:
            upload = read_upload(request.files["file"], None, LIMIT)
        except UploadRefused as refused:
            return {"refused": refused.sentence, "note": request.form["note"]}
        return {"name": upload.name, "kind": upload.kind, "size": upload.size, "note": request.form["note"]}

    return app.test_client()


def post(client, content, name="质量.txt"):
    # Put together by hand: the test client would spool a large body to a temporary file of its own.
    line = b"--line\r\nContent-Disposition: form-data; name="
    parts = (line, b'"note"\r\n\r\nkept\r\n', line, b'"file"; filename="', name.encode(), b'"\r\n\r\n', content)
    body = b"".join((*parts, b"\r\n--line--\r\n"))
    return client.post("/", data=body, content_type="multipart/form-data; boundary=line").json


def test_upload_up_to_the_limit_is_taken_from_memory(client):
    assert post(client, b"x" * LIMIT) == {"name": "质量.txt", "kind": "txt", "size": LIMIT, "note": "kept"}


def test_upload_one_byte_over_the_limit_is_refused_and_the_form_is_read(client):
    answer = post(client, b"x" * (LIMIT + 1))
    assert "larger than" in answer["refused"]
    assert answer["note"] == "kept"


def test_upload_without_a_file_or_with_an_empty_one_is_refused(client):
    assert post(client, b"")["refused"].startswith("The file is empty")
    with pytest.raises(UploadRefused, match="Choose a file"):
        read_upload(None, None)


def test_upload_with_a_path_for_a_name_is_refused(client):
    assert "slash" in post(client, b"x", name="../a.txt")["refused"]


def test_sink_forgets_what_is_over_the_limit():
    sink = UploadSink(10)
    assert [sink.write(b"x" * 6), sink.write(b"x" * 6), sink.write(b"x")] == [6, 6, 1]
    assert sink.is_too_large
    assert sink.getvalue() == b""


def test_upload_does_not_show_its_content():
    class File:
        filename = "a.txt"
        stream = io.BytesIO(b"canary")

    upload = read_upload(File(), None)
    assert upload.kind is Kind.TXT
    assert "canary" not in repr(upload)
