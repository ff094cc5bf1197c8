"""The one door to the typesetter."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import typst

from portal.core.typeset.glyphs import printable

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
FONTS = TEMPLATES / "fonts"

_NAME = re.compile(r"[a-z][a-z_]*\Z")


class TypesetFailed(RuntimeError):
    """The template does not compile with this data: a fault of ours, never of the reader."""


def typeset(template_name: str, data: Mapping[str, object]) -> bytes:
    """The PDF/UA-1 document of `templates/documents/<template_name>.typ` filled with `data`.

    Data holds text, whole numbers, truth values, None, sequences and mappings of these; text is
    printed literally, whatever markup it resembles. The same data gives the same bytes: no clock
    or machine name enters the file, so its hash can be kept in the audit trail.

    Raises ValueError for a template that does not exist, TypeError for a value of another kind,
    TypesetFailed when the typesetter refuses.
    """
    source = TEMPLATES / f"{template_name}.typ"
    if not _NAME.match(template_name) or not source.is_file():
        raise ValueError(f"there is no document template {template_name!r}")
    try:
        return typst.compile(
            str(source),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"data": json.dumps(_plain(data), ensure_ascii=False)},
            timestamp=0,
        )
    except typst.TypstError as refusal:
        raise TypesetFailed(f"{template_name}: {refusal.message}") from refusal


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Fonts of the host are left out, so that a letter looks the same wherever it is made.
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _plain(value: object) -> object:
    match value:
        case None | bool() | int():
            return value
        case str():
            return printable(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"a document takes worded values, not {type(value).__name__}")
