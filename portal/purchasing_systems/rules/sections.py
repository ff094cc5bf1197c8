"""A text in plain marks as its sections: a line that begins with `## ` begins one."""

import re


def sections_in(text: str) -> list[tuple[str, str]]:
    """Title and text of each; words before the first heading stand under an empty title."""
    before, *rest = re.split(r"(?m)^## ", text)
    found = [("", before.strip())] if before.strip() else []
    for part in rest:
        title, _, body = part.partition("\n")
        found.append((title.strip(), body.strip()))
    return found


def section_problem(text: str) -> str | None:
    """Why a text cannot be the text of one section; None if it can."""
    if re.search(r"(?m)^## ", text):
        return "A line that begins with ## begins another section. Add that section by itself."
    return None
