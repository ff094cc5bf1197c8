"""Word documents, written and opened again."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX

from portal.core.typeset.word import Blank, Strong, WordDocument


def written(demonstration: str | None = None) -> bytes:
    document = WordDocument("Minutes", subject="A board", demonstration=demonstration)
    document.heading("First")
    document.heading("Below", 2)
    document.paragraph("Plain ", Strong("strong "), Blank("who decided"))
    document.text("One.\n\nTwo\nlines.")
    document.text(" ", missing=Blank("reasons"))
    document.notice("Embargo", "Until Friday.")
    document.bullets(["a", "b"])
    document.facts([("Day", "3 December 2026"), ("By", Blank("post"))])
    document.table(["Council", "Said"], [["Sefton", "Yes"], ["Wirral", Strong("No")]], widths=(6, 10.4))
    document.new_page()
    document.paragraph("Last <&> “quoted” Ŵ 😀")
    return document.to_bytes()


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def test_what_is_written_is_read_again() -> None:
    document = opened(written())
    assert [(p.style.name, p.text) for p in document.paragraphs if p.text.strip()] == [
        ("Title", "Minutes"),
        ("Heading 1", "First"),
        ("Heading 2", "Below"),
        ("Normal", "Plain strong [To be entered: who decided]"),
        ("Normal", "One."),
        ("Normal", "Two\nlines."),
        ("Normal", "[To be entered: reasons]"),
        ("Notice", "Embargo. Until Friday."),
        ("List Bullet", "a"),
        ("List Bullet", "b"),
        ("Normal", "Last <&> “quoted” Ŵ 😀"),
    ]
    facts, table = document.tables
    assert [[c.text for c in row.cells] for row in facts.rows] == [
        ["Day", "3 December 2026"],
        ["By", "[To be entered: post]"],
    ]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["Council", "Said"],
        ["Sefton", "Yes"],
        ["Wirral", "No"],
    ]


def test_a_blank_is_marked() -> None:
    runs = next(p for p in opened(written()).paragraphs if p.text.startswith("Plain")).runs
    assert [(r.bold, r.font.highlight_color) for r in runs] == [
        (None, None),
        (True, None),
        (None, WD_COLOR_INDEX.YELLOW),
    ]


def test_the_mark_is_on_every_page() -> None:
    marked, plain = opened(written("no council decided this")), opened(written())
    assert marked.sections[0].header.paragraphs[0].text == "Demonstration: no council decided this"
    assert marked.paragraphs[1].text == "Demonstration. no council decided this"
    assert plain.sections[0].header.paragraphs[0].text == ""
    assert "Demonstration" not in "".join(p.text for p in plain.paragraphs)


def test_it_can_be_read_aloud() -> None:
    document = opened(written())
    assert document.core_properties.title == "Minutes"
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.author == ""
    assert 'w:lang w:val="en-GB"' in document.styles["Normal"].element.xml
    assert "tblHeader" in document.tables[1].rows[0]._tr.xml
    assert "tblHeader" not in document.tables[0].rows[0]._tr.xml
    foot = document.sections[0].footer.paragraphs[0]._p.xml
    assert 'w:instr="PAGE"' in foot
    assert 'w:instr="NUMPAGES"' in foot


def test_equal_documents_are_equal_bytes() -> None:
    assert written("x") == written("x")


def test_what_no_document_can_hold_is_refused() -> None:
    document = WordDocument("Minutes")
    with pytest.raises(ValueError, match="XML"):
        document.paragraph("a\x00b")
