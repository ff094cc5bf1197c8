"""Nothing an applicant wrote lies anywhere in clear before the opening: looked for on a portal as it runs on a host.

Every answer, price, file name and file content of the story holds a mark; so does what was refused, superseded,
withdrawn, typed too late or lost in a fault. Then everything that the portal and its database have written is searched.
Another word, which is public, must be found in the same places by the same search: else it proves nothing.
"""

from __future__ import annotations

import http.client
import re
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from portal.app import create_app
from portal.core.embedded import Cluster
from portal.core.embedded.account import Account
from portal.core.embedded.binaries import find_binaries
from portal.core.provision import Urls, migrate, provision
from portal.core.sealing import Keyring
from portal.core.settings import Settings
from tests.support.applying import PDF, OpenRound, begun_round
from tests.support.canaries import Search, amounts, packed, spellings
from tests.support.forms import Visitor, with_file
from tests.support.region import PASSWORD, dispose, found_region
from tests.support.served import Program, Server, free_port

pytestmark = pytest.mark.slow

T = TypeVar("T")

MARK = "Kanarienvogel7Qx"
PRICES = {"submitted": "8471936.52", "superseded": "7390264.18", "withdrawn": "6284913.77"}
PUBLIC = "Zaunkoenig3Wp"
PUBLIC_PRICE = "5163829.46"
SECRETS = Search(
    spellings(MARK) | {f"price {name}: {how}": p for name, price in PRICES.items() for how, p in amounts(price).items()}
)
CONTROL = Search(spellings(PUBLIC))
CONTROL_PRICE = Search(amounts(PUBLIC_PRICE))
QUESTION = "q-res-safeguarding"
GROUP = "res-safeguarding"


class MailSink(socketserver.ThreadingTCPServer):
    """A mail server that refuses its first message and keeps the others as they came."""

    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.envelopes: list[bytes] = []
        self.refused = 0
        super().__init__(("127.0.0.1", 0), _Mailing)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Mailing(socketserver.StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        self._say("220 sink")
        envelope = b""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                content = bytearray()
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    content += part
                if not self.server.refused:
                    self.server.refused += 1
                    self._say("451 not now")
                else:
                    self.server.mails.append(bytes(content))
                    self.server.envelopes.append(envelope)
                    self._say("250 kept")
                envelope = b""
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                envelope += line if verb in (b"MAIL", b"RCPT") else b""
                self._say("250 sink")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@dataclass
class Host:
    """A portal as it runs on a host, with what the story left in it."""

    folder: Path
    cluster: Cluster
    urls: Urls
    data: Path
    temporary: Path
    server: Server
    worker: Program
    sink: MailSink
    round: OpenRound
    application: UUID
    pages: dict[str, str] = field(default_factory=dict)
    """What the applicant was shown, by step: proof that the portal had it."""
    spooled: list[bytes] = field(default_factory=list)
    """Temporary files of the server, without a name, while a large upload was on its way."""

    def psql(self, statement: str | sql.Composed, *values: object) -> list[tuple[object, ...]]:
        """Run as superuser."""
        with psycopg.connect(self.urls.admin, autocommit=True) as connection:
            done = connection.execute(statement, values or None)
            return done.fetchall() if done.description else []

    def dump(self) -> bytes:
        """All databases and roles of the cluster, as a backup takes them."""
        program = find_binaries(self.cluster.root / "binaries", Account.for_this_process()) / "pg_dumpall"
        said = conninfo_to_dict(self.cluster.url())
        login = {"PGHOST": str(said["host"]), "PGUSER": str(said["user"]), "PGPASSWORD": str(said["password"])}
        done = subprocess.run([program], check=False, capture_output=True, env=login)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def host(scratch_module: Path) -> Iterator[Host]:
    """A cluster with its shipped settings, server, worker and mail server; the story told on it."""
    cluster = Cluster(scratch_module / "postgres")
    cluster.up()
    settings = Settings(data_dir=scratch_module / "data")
    urls = provision(cluster.url(), "portal", settings.data_dir)
    migrate(urls)
    Keyring.create(settings.keys_folder)
    region = found_region(urls)
    app = create_app(settings, urls.app)
    made = begun_round(app, region, title=f"Provision of {PUBLIC} care")
    application = made.begin("writer@alder.example", "residential")
    made.answer("writer@alder.example", application, "residential")
    dispose(app)
    temporary = scratch_module / "tmp"
    temporary.mkdir()
    sink = MailSink()
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    mail = {
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_PORT": str(sink.port),
        "PORTAL_SMTP_SENDER": f"{PUBLIC}@portal.example",
        "PORTAL_SMTP_TLS": "none",
        "TMPDIR": str(temporary),
    }
    server = Server(urls, settings.data_dir, free_port(), mail)
    worker = Program("worker", settings.data_dir, {"PORTAL_WORKER_URL": urls.worker, **mail})
    server.up()
    worker.start()
    told = Host(scratch_module, cluster, urls, settings.data_dir, temporary, server, worker, sink, made, application)
    try:
        Story(told).tell()
        yield told
    finally:
        worker.kill()
        server.kill()
        sink.shutdown()
        sink.server_close()
        cluster.down()


class Story:
    """What a provider does, with a mark in everything."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.base = f"/applications/{host.application}"
        self.page = f"{self.base}/group/{GROUP}"
        self.admin = self.visitor("admin@alder.example")
        self.writer = self.visitor("writer@alder.example")

    def visitor(self, email: str) -> Visitor:
        """Signed in."""
        made = Visitor("127.0.0.1", self.host.server.port)
        made.sign_in(email, PASSWORD)
        return made

    def tell(self) -> None:
        """From the first word to the last, in the order in which it could happen."""
        self.wrong_password()
        self.save("superseded", PRICES["superseded"])
        self.upload("superseded")
        self.submit("superseded")
        self.save("withdrawn", PRICES["withdrawn"])
        self.submit("withdrawn")
        self.withdraw()
        self.autosave()
        self.conflict()
        self.refused_uploads()
        self.session_ended()
        self.fault()
        self.save("submitted", PRICES["submitted"])
        self.large_upload()
        self.submit("submitted")
        self.read_back()
        self.mail_is_out()
        for visitor in (self.admin, self.writer):
            visitor.close()

    def wrong_password(self) -> None:
        visitor = Visitor("127.0.0.1", self.host.server.port)
        fields = visitor.form("/sign-in", "email")
        status, _ = visitor.post("/sign-in", {**fields, "email": "admin@alder.example", "password": f"{MARK} password"})
        visitor.close()
        assert status == 422

    def save(self, step: str, price: str) -> None:
        fields = self.writer.form(self.page, QUESTION)
        text = f"{MARK} {step} answer. " + "We keep children safe. " * 60
        assert self.writer.post(self.page, {**fields, QUESTION: text})[0] == 303
        prices = f"{self.base}/group/res-prices"
        fields = self.writer.form(prices, "q-res-price-solo")
        assert self.writer.post(prices, {**fields, "q-res-price-solo": price})[0] == 303

    def upload(self, step: str, content: bytes = b"") -> None:
        self.writer.get(f"{self.base}/group/res-documents")
        status, page = self.writer.upload(
            f"{self.base}/documents", self.upload_fields(), f"{MARK} {step}.pdf", content or pdf_with(f"{MARK} {step}")
        )
        assert status == 303, page

    def upload_fields(self) -> dict[str, str]:
        fields = self.writer.form(f"{self.base}/group/res-documents", "question_id")
        return {"csrf_token": fields["csrf_token"], "question_id": fields["question_id"]}

    def submit(self, step: str) -> None:
        path = f"{self.base}/declare-and-submit"
        fields = self.admin.form(path, "key")
        assert self.admin.post(path, {**fields, "declared": "y"})[0] == 303
        receipt = self.admin.location
        self.host.pages[f"receipt, {step}"] = self.admin.get(receipt)[1]
        assert self.admin.get(f"{receipt}.pdf")[0] == 200
        self.host.pages[f"check, {step}"] = self.admin.get(f"{self.base}/check")[1]

    def withdraw(self) -> None:
        fields = self.admin.form(f"{self.base}/withdraw")
        assert self.admin.post(f"{self.base}/withdraw", fields)[0] == 303

    def autosave(self) -> None:
        fields = self.writer.form(self.page, QUESTION)
        sent = {**fields, QUESTION: f"{MARK} autosaved"}
        assert self.writer.post(f"{self.page}/autosave", sent, Accept="application/json")[0] == 200

    def conflict(self) -> None:
        mine, theirs = (visitor.form(self.page, QUESTION) for visitor in (self.writer, self.admin))
        assert self.admin.post(self.page, {**theirs, QUESTION: f"{MARK} of the colleague"})[0] == 303
        status, page = self.writer.post(self.page, {**mine, QUESTION: f"{MARK} of the second"})
        assert status == 409
        self.host.pages["conflict"] = page

    def refused_uploads(self) -> None:
        for name, content in (
            (f"{MARK}.exe", b"MZ" + MARK.encode()),
            (f"{MARK}.pdf", MARK.encode()),
            (f"../{MARK}.pdf", PDF),
            (f"{MARK} words.txt", MARK.encode()),
        ):
            status, page = self.writer.upload(f"{self.base}/documents", self.upload_fields(), name, content)
            assert status == 422, page

    def session_ended(self) -> None:
        fields = self.writer.form(self.page, QUESTION)
        self.host.psql("UPDATE tenants.sessions SET ended_at = app.now() WHERE ended_at IS NULL")
        status, page = self.writer.post(self.page, {**fields, QUESTION: f"{MARK} typed too late"})
        assert status == 401
        assert MARK not in page
        parcel = re.search(r'name="carried" value="([^"]+)"', page)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        assert parcel
        assert token
        status, page = self.writer.post(
            "/sign-in",
            {
                "email": "writer@alder.example",
                "password": PASSWORD,
                "carried": unescape(parcel[1]),
                "csrf_token": unescape(token[1]),
            },
        )
        assert status == 200
        self.host.pages["carried back"] = page
        self.admin.close()
        self.admin = self.visitor("admin@alder.example")

    def fault(self) -> None:
        """The database misbehaves while the clear text is in the server's hands."""
        fields = self.writer.form(self.page, QUESTION)
        self.host.psql("ALTER TABLE applications.answers RENAME COLUMN ciphertext TO away")
        status, _ = self.writer.post(self.page, {**fields, QUESTION: f"{MARK} in a fault"})
        self.host.psql("ALTER TABLE applications.answers RENAME COLUMN away TO ciphertext")
        assert status == 500

    def large_upload(self) -> None:
        """Large enough for the server to put it aside: looked at while it is only half there."""
        content = pdf_with(f"{MARK} submitted ", times=80_000)
        kind, body = with_file(self.upload_fields(), f"{MARK} submitted.pdf", content)
        connection = http.client.HTTPConnection("127.0.0.1", self.host.server.port, timeout=30)
        connection.putrequest("POST", f"{self.base}/documents")
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Cookie", "; ".join(f"{k}={v}" for k, v in self.writer.cookies.items()))
        connection.endheaders()
        connection.send(body[:-100])
        self.host.spooled = until(lambda: nameless_files(self.host), "the server put nothing aside")
        connection.send(body[-100:])
        assert connection.getresponse().status == 303
        connection.close()

    def read_back(self) -> None:
        self.host.pages["answer"] = self.writer.get(self.page)[1]
        page = self.writer.get(f"{self.base}/group/res-documents")[1]
        self.host.pages["documents"] = page
        link = re.search(rf'href="({self.base}/documents/[0-9a-f-]+)"', page)
        assert link
        self.host.pages["download"] = self.writer.get(link[1])[1]
        officer = self.visitor("procurement@halton.example")
        status, page = officer.get(f"/rounds/{self.host.round.id}/applications")
        officer.close()
        assert status == 409
        assert not SECRETS(page.encode())

    def mail_is_out(self) -> None:
        waiting = "SELECT 1 FROM notify.messages WHERE state <> 'sent' UNION ALL SELECT 1 FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')"
        until(lambda: not self.host.psql(waiting), "the worker left jobs undone")


def pdf_with(text: str, times: int = 3) -> bytes:
    """A PDF with a line of text, uncompressed, again and again."""
    return PDF.replace(b"%%EOF", b"% " + (text * times).encode() + b"\n%%EOF")


def until(found: Callable[[], T], otherwise: str, seconds: float = 90) -> T:
    """What `found` returns, once it is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError(otherwise)


def nameless_files(host: Host) -> list[bytes]:
    """What the server holds open below its temporary folder, though no folder names it; half a megabyte or more."""
    assert host.server.program.process is not None
    found = []
    for link in Path(f"/proc/{host.server.program.process.pid}/fd").iterdir():
        try:
            if str(link.readlink()).startswith(str(host.temporary)) and (content := link.read_bytes())[600_000:]:
                found.append(content)
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def written(host: Host) -> None:
    """The story is on the disk, and beside it public words of every kind."""
    with psycopg.connect(host.urls.admin, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.controls (price numeric, words text)")
        connection.execute("INSERT INTO public.controls VALUES (%s, %s)", (PUBLIC_PRICE, long_text()))
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(f"no_{PUBLIC}")))
        connection.execute("SET search_path = jobs")
        connection.execute(
            "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, status) VALUES ('portal', %s, 'todo')",
            [f"no_{PUBLIC}"],
        )
        until(lambda: CONTROL(host.worker.log.read_bytes()), "the worker did not write down what it could not do")
        connection.execute("CHECKPOINT")


def long_text() -> str:
    """So long that the database compresses it, and different enough that it does not fit on a page."""
    return "Wir hatten hier lange nichts gesagt. " * 300 + f"Dann sang der {PUBLIC} wieder. " + "Und schwieg. " * 300


def physical(host: Host, search: Search) -> dict[str, list[str]]:
    """The cluster's own files: tables, indexes, write-ahead log, statistics, log. Not the programs."""
    return search.below(host.cluster.root, leave_out=("binaries",))


@pytest.mark.usefixtures("written")
class TestNothingLiesInClear:
    """Each place: no mark, and where a public word was left, that one is found."""

    def test_in_a_dump(self, host: Host) -> None:
        dump = host.dump()
        assert b"COPY applications.answers" in dump
        assert CONTROL(dump)
        assert CONTROL_PRICE(dump)
        assert SECRETS(dump) == []

    def test_in_the_files_of_the_database(self, host: Host) -> None:
        found = physical(host, CONTROL)
        assert any(name.startswith("data/base/") for name in found)
        assert any(name.startswith("data/pg_wal/") for name in found)
        assert "data/server.log" in found
        squeezed = [hit for hits in found.values() for hit in hits if hit.startswith("pglz")]
        assert squeezed, "what the database compresses is not found: this proves nothing of its long values"
        assert any(name.startswith("data/base/") for name in physical(host, CONTROL_PRICE))
        assert physical(host, SECRETS) == {}

    def test_in_the_logs(self, host: Host) -> None:
        serve, work = host.server.program.log.read_bytes(), host.worker.log.read_bytes()
        assert str(host.application).encode() in serve, "the fault was not written down"
        assert b"UndefinedColumn" in serve
        assert CONTROL(work)
        assert SECRETS(serve) == []
        assert SECRETS(work) == []

    def test_in_the_data_folder(self, host: Host) -> None:
        kept = [path for path in (host.data / "documents").rglob("*") if path.is_file()]
        assert any(path.stat().st_size > 1_000_000 for path in kept), "the large document is not there"
        assert SECRETS.below(host.data) == {}

    def test_in_temporary_files(self, host: Host) -> None:
        assert len(host.spooled[0]) > 600_000
        assert [SECRETS(content) for content in host.spooled] == [[] for _ in host.spooled]
        assert SECRETS.below(host.temporary) == {}
        assert SECRETS.below(host.folder, leave_out=("postgres", "data")) == {}

    def test_in_mail(self, host: Host) -> None:
        assert host.sink.refused == 1
        assert len(host.sink.mails) >= 2 * 3, "two people of the provider are told of three submissions"
        told = [decoded(mail) for mail in host.sink.mails]
        assert all(any("Message-ID" in text for text in texts) for texts in told)
        assert all(CONTROL(text.encode()) for texts in told for text in texts[:2])
        assert all("http://" in texts[-1] for texts in told), "the body of a mail is not read"
        assert [hit for texts in told for text in texts for hit in SECRETS(text.encode())] == []
        assert [hit for mail in host.sink.mails + host.sink.envelopes for hit in SECRETS(mail)] == []

    def test_in_jobs(self, host: Host) -> None:
        tables = host.psql("SELECT tablename FROM pg_tables WHERE schemaname = 'jobs'")
        rows = [
            row
            for (table,) in tables
            for row in host.psql(sql.SQL("SELECT to_jsonb(t)::text FROM jobs.{} t").format(sql.Identifier(str(table))))
        ]
        text = "\n".join(str(row[0]) for row in rows)
        assert text.count("message_id") >= 6
        assert str(host.psql("SELECT id FROM notify.messages LIMIT 1")[0][0]) in text
        assert SECRETS(text.encode()) == []


def decoded(mail: bytes) -> list[str]:
    """The mail as it came and as it is read: headers and each part without its transfer encoding."""
    read = message_from_bytes(mail, policy=policy.default)
    parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
    return [mail.decode("utf-8", "replace"), "\n".join(f"{k}: {v}" for k, v in read.items()), *parts]


def test_the_portal_had_what_was_looked_for(host: Host) -> None:
    """The applicant sees it all, so it was there to be leaked."""
    for step in ("superseded", "withdrawn", "submitted"):
        page = host.pages[f"check, {step}"]
        assert f"{MARK} {step} answer" in page
        assert f"{float(PRICES[step]):,.2f}" in page
    assert f"{MARK} superseded.pdf" in host.pages["receipt, superseded"]
    assert f"{MARK} submitted.pdf" in host.pages["receipt, submitted"]
    assert f"{MARK} of the second" in host.pages["conflict"]
    assert f"{MARK} of the colleague" in host.pages["conflict"]
    assert f"{MARK} typed too late" in host.pages["carried back"]
    assert f"{MARK} submitted answer" in host.pages["answer"]
    assert f"{MARK} submitted" in host.pages["download"]
    states = host.psql("SELECT version, withdrawn_at IS NOT NULL FROM applications.submissions ORDER BY version")
    assert len(states) == 3


@pytest.mark.parametrize("how", list(packed("x")))
def test_the_search_finds_a_word_however_it_is_spelt(how: str) -> None:
    assert SECRETS(packed(MARK)[how]), how
    assert SECRETS(packed(PRICES["submitted"])[how]), how
    assert not SECRETS(packed(PUBLIC)[how])
