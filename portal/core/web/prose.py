"""Plain marks in long texts: `## ` begins a section, `- ` a list, an empty line a paragraph. Everything else is text."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

Block = tuple[str, list[str]]
"""`heading` with one text, `paragraph` with its lines, `list` with its items."""


def blocks(text: str | None) -> list[Block]:
    """What a text consists of, in order."""
    found: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", (text or "").strip()):
        found += _blocks(part)
    return found


def prose(text: str | None, level: int = 3) -> Markup:
    """Paragraphs, headings and lists of GOV.UK's classes. `level`: of the headings (h2 to h6)."""
    return Markup("\n").join(_html(kind, lines, level) for kind, lines in blocks(text))


def _blocks(part: str) -> Iterator[Block]:
    open_: Block | None = None
    for line in part.split("\n"):
        if not line.strip():
            continue
        if line.startswith("## "):
            kind, words = "heading", line[3:].strip()
        elif line.startswith("- "):
            kind, words = "list", line[2:].strip()
        elif line.startswith("  ") and open_ and open_[0] == "list":
            # A point that goes on in the next line.
            open_[1][-1] += f" {line.strip()}"
            continue
        else:
            kind, words = "paragraph", line
        if open_ and open_[0] == kind != "heading":
            open_[1].append(words)
            continue
        if open_:
            yield open_
        open_ = (kind, [words])
    if open_:
        yield open_


def _html(kind: str, lines: list[str], level: int) -> Markup:
    if kind == "heading":
        size = "m" if level == 2 else "s"
        return Markup('<h{0} class="govuk-heading-{1}">{2}</h{0}>').format(level, size, lines[0])
    if kind == "list":
        inside = Markup("").join(Markup("<li>{}</li>").format(item) for item in lines)
        return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(inside)
    return Markup('<p class="govuk-body">{}</p>').format(Markup("<br>").join(escape(line) for line in lines))
