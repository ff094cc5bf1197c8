"""Word documents (.docx) that people go on writing in: papers and texts, with marked blanks for what only they can say.

Pure: plain values in, bytes out; equal values give equal bytes. What must not be changed is a PDF (`typeset`), never this.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

__all__ = ["Blank", "Part", "Strong", "WordDocument"]

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_FONT = "Arial"
_INK = RGBColor(0x0B, 0x0C, 0x0C)


@dataclass(frozen=True, slots=True)
class Blank:
    """What somebody must still enter: `[To be entered: who took the decision]`, highlighted; the brackets say it without colour."""

    what: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Text that stands out."""

    text: str


Part = str | Blank | Strong


class WordDocument:
    """A document written from top to bottom. Accessible: British English, real headings, header rows that repeat, a title.

    `demonstration`: the sentence of the mark, at the top and on every page; None for what councils really made.
    """

    def __init__(self, title: str, *, subject: str = "", demonstration: str | None = None) -> None:
        self._document = docx.Document()
        self._title = title
        self._properties(title, subject)
        self._styles()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        section.top_margin = section.bottom_margin = Cm(2.2)
        self._foot(section.footer.paragraphs[0])
        if demonstration:
            mark = section.header.paragraphs[0].add_run(f"Demonstration: {demonstration}")
            mark.bold = True
        self._document.add_paragraph(title, style="Title")
        if demonstration:
            self.notice("Demonstration", demonstration)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading below the title, of level 1 to 3."""
        self._document.add_heading(text, level)

    def paragraph(self, *parts: Part) -> None:
        """One paragraph. A line break in a text stays one."""
        _write(self._document.add_paragraph(), parts)

    def text(self, text: str, *, missing: Part | None = None) -> None:
        """A text of several paragraphs, divided by empty lines; `missing` in its place when it is empty."""
        found = [part.strip() for part in text.split("\n\n") if part.strip()]
        for part in found:
            self.paragraph(part)
        if not found and missing is not None:
            self.paragraph(missing)

    def notice(self, heading: str, text: str) -> None:
        """A framed sentence that nobody should miss."""
        paragraph = self._document.add_paragraph(style="Notice")
        _write(paragraph, (Strong(f"{heading}. "), text))

    def bullets(self, items: Sequence[Part]) -> None:
        """A list without order."""
        for item in items:
            _write(self._document.add_paragraph(style="List Bullet"), (item,))

    def facts(self, pairs: Sequence[tuple[str, Part]]) -> None:
        """What a thing is called and what it is, in two columns."""
        table = self._table(2, (5.0, 11.4))
        for name, value in pairs:
            row = _row(table).cells
            _write(row[0].paragraphs[0], (Strong(name),))
            _write(row[1].paragraphs[0], (value,))
        self._document.add_paragraph()

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[Part]], *, widths: Sequence[float] | None = None
    ) -> None:
        """A table whose header row repeats on each page. `widths` in centimetres, 16.4 in all."""
        table = self._table(len(headings), widths or [16.4 / len(headings)] * len(headings))
        head = _row(table)
        for cell, name in zip(head.cells, headings, strict=True):
            _write(cell.paragraphs[0], (Strong(name),))
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        head._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001  # the library has no word for it
        for values in rows:
            cells = _row(table).cells
            for cell, value in zip(cells, values, strict=True):
                _write(cell.paragraphs[0], (value,))
        self._document.add_paragraph()

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def to_bytes(self) -> bytes:
        """The file."""
        written, plain = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        # The library stamps each part with the time of day; equal documents are to be equal bytes.
        with zipfile.ZipFile(written) as made, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as fixed:
            for name in made.namelist():
                entry = zipfile.ZipInfo(name, date_time=_LONG_AGO.timetuple()[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                fixed.writestr(entry, made.read(name))
        return plain.getvalue()

    def _properties(self, title: str, subject: str) -> None:
        properties = self._document.core_properties
        properties.title, properties.subject = title[:255], subject[:255]
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.language = "en-GB"
        properties.created = properties.modified = _LONG_AGO

    def _styles(self) -> None:
        styles = self._document.styles
        for name, size in (
            ("Normal", 11),
            ("Title", 22),
            ("Heading 1", 16),
            ("Heading 2", 13),
            ("Heading 3", 11),
        ):
            font = styles[name].font
            font.name, font.size, font.color.rgb = _FONT, Pt(size), _INK
            properties = styles[name].element.get_or_add_rPr()
            fonts = properties.get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), _FONT)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB")
        styles["Normal"].element.get_or_add_rPr().append(language)
        styles["Normal"].paragraph_format.space_after = Pt(6)
        notice = styles.add_style("Notice", 1)
        notice.base_style = styles["Normal"]
        frame = OxmlElement("w:pBdr")
        for side in ("top", "left", "bottom", "right"):
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "0B0C0C")):
                line.set(qn(f"w:{name}"), value)
            frame.append(line)
        notice.element.get_or_add_pPr().append(frame)
        # After the frame: the order inside a paragraph's properties is fixed, and the library keeps it for its own.
        notice.paragraph_format.space_before = notice.paragraph_format.space_after = Pt(8)

    def _foot(self, paragraph: Paragraph) -> None:
        paragraph.add_run(f"{self._title}. Page ")
        for instruction in ("PAGE", "NUMPAGES"):
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), instruction)
            shown = OxmlElement("w:r")
            number = OxmlElement("w:t")
            number.text = "1"
            shown.append(number)
            field.append(shown)
            paragraph._p.append(field)  # noqa: SLF001  # nor for this
            if instruction == "PAGE":
                paragraph.add_run(" of ")

    def _table(self, columns: int, widths: Sequence[float]) -> Table:
        table: Table = self._document.add_table(rows=0, cols=columns, style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        return table


def _row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return row


def _write(paragraph: Paragraph, parts: Sequence[Part]) -> None:
    for part in parts:
        match part:
            case Blank():
                run = paragraph.add_run(f"[To be entered: {part.what}]")
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            case Strong():
                paragraph.add_run(part.text).bold = True
            case _:
                paragraph.add_run(part)
