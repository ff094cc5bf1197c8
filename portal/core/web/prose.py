"""Plain marks in long texts: `## ` begins a section, `- ` a list, an empty line a paragraph. Everything else is text."""

import re

from markupsafe import Markup, escape


def prose(text: str | None, level: int = 3) -> Markup:
    """Paragraphs, headings and lists of GOV.UK's classes. `level`: of the headings (h2 to h6)."""
    blocks = [_block(block, level) for block in re.split(r"\n[ \t]*\n", (text or "").strip()) if block.strip()]
    return Markup("\n").join(blocks)


def _block(block: str, level: int) -> Markup:
    made: list[Markup] = []
    items: list[str] = []
    words: list[str] = []
    for line in [*block.split("\n"), None]:
        is_item = line is not None and line.startswith("- ")
        if items and not is_item:
            if line is not None and line.startswith("  "):
                items[-1] += f" {line.strip()}"
                continue
            made.append(_list(items))
            items = []
        if words and (line is None or is_item or line.startswith("## ")):
            made.append(_paragraph(words))
            words = []
        if line is None:
            break
        if is_item:
            items.append(line[2:].strip())
        elif line.startswith("## "):
            made.append(_heading(line[3:].strip(), level))
        else:
            words.append(line)
    return Markup("\n").join(made)


def _heading(text: str, level: int) -> Markup:
    size = "m" if level == 2 else "s"
    return Markup('<h{0} class="govuk-heading-{1}">{2}</h{0}>').format(level, size, text)


def _paragraph(lines: list[str]) -> Markup:
    return Markup('<p class="govuk-body">{}</p>').format(Markup("<br>").join(escape(line) for line in lines))


def _list(items: list[str]) -> Markup:
    inside = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(inside)
