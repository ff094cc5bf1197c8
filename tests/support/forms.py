"""A person's browser without a screen: keeps cookies, reads forms off the page, posts them back."""

from __future__ import annotations

import http.client
import re
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append((a.get("action", ""), {}))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        name = a.get("name")
        if tag == "textarea" and name:
            self._area = name
            fields[name] = ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and ("selected" in a or self._select not in fields):
            fields[self._select] = a.get("value", "")
        elif (
            tag == "input" and name and (a.get("type") not in ("checkbox", "radio", "file", "submit") or "checked" in a)
        ):
            fields[name] = a.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1][1][self._area] += data


def with_file(fields: dict[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    """Media type and body of a form with a file."""
    line = "--line\r\nContent-Disposition: form-data; name="
    told = "".join(f'{line}"{key}"\r\n\r\n{value}\r\n' for key, value in fields.items())
    head = f'{told}{line}"file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return "multipart/form-data; boundary=line", head.encode() + content + b"\r\n--line--\r\n"


class Visitor:
    """One person at one address. Answers are (status, body); redirects are followed once by `follow`."""

    def __init__(self, host: str, port: int) -> None:
        self._where = (host, port)
        self._connection: http.client.HTTPConnection | None = None
        self.cookies: dict[str, str] = {}
        self.location = ""

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Fetch a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        """Send a form."""
        body = urlencode(fields)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def upload(self, path: str, fields: dict[str, str], name: str, content: bytes) -> tuple[int, str]:
        """Send a form with a file in its field `file`."""
        kind, body = with_file(fields, name, content)
        return self._ask("POST", path, body, {"Content-Type": kind})

    def form(self, path: str, holding: str = "csrf_token") -> dict[str, str]:
        """The fields of the first form on a page that has this field, as they stand. Raises LookupError."""
        status, body = self.get(path)
        parser = _Forms()
        parser.feed(body)
        for _, fields in parser.forms:
            if holding in fields:
                return fields
        raise LookupError(f"{path} ({status}) has no form with {holding}: {re.sub(r'<[^>]*>', ' ', body)[:500]}")

    def sign_in(self, email: str, password: str) -> None:
        """Through the page, as anybody."""
        fields = self.form("/sign-in", "email")
        status, _ = self.post("/sign-in", {**fields, "email": email, "password": password})
        assert status in (302, 303), f"{email} cannot sign in: {status}"

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._where, timeout=30)
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(method, path, body, {**named, **({"Cookie": cookie} if cookie else {})})
            answer = self._connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self.location = urlsplit(answer.headers.get("Location", "")).path
        return answer.status, text
