"""File names and text as people type them: kept exactly, or refused with a sentence that helps."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.documents import UploadRefused, check_file_name
from portal.core.parsing import parse_file_name, parse_multi_line, parse_single_line

KEPT = [
    "policy.pdf",
    "Policy v2.final.pdf",
    "www.example.com.pdf",
    "质量方法说明.docx",
    "Datganiad Dull – Tŷ Gwyn.pdf",
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 👩‍👩‍👧 family.png",
    "بيان الجودة.pdf",
    "O’Connor's & sons (100%) [final], 2026; £.xlsx",
    "Zażółć gęślą jaźń.csv",
    "REPORT.PDF",
    "photo.JPEG",
    "controller.pdf",
    "com.pdf",
    "=cmd.pdf",
]

REFUSED = {
    "": "no name",
    "   ": "no name",
    "../../etc/passwd.pdf": "slash",
    "C:\\fakepath\\a.pdf": "slash",
    "a/b.pdf": "slash",
    "a\u202efdp.exe": "direction",
    "a\u2066b.pdf": "direction",
    "a\u200fb.pdf": "direction",
    "a\u200bb.pdf": "invisible",
    "a\u00adb.pdf": "invisible",
    "a\u2028b.pdf": "invisible",
    "a\nb.pdf": "invisible",
    "a\x00b.pdf": "control",
    "a\x7fb.pdf": "control",
    "a\x9bb.pdf": "control",
    "a\ud800b.pdf": "half a character",
    "a\ufffeb.pdf": "not a character",
    "x" * 147 + ".pdf": "151 characters",
    "...": "dots only",
    ".pdf": "begins with a dot",
    ".htaccess.pdf": "begins with a dot",
    "a.pdf.": "ends with a dot",
    "a:b.pdf": "contains :",
    'a"b.pdf': 'contains "',
    "a?.pdf": "contains ?",
    "CON.pdf": "Windows keeps the name CON",
    "nul.tar.pdf": "Windows keeps the name nul",
    "COM¹.pdf": "Windows keeps the name COM¹",
    "lpt9 .pdf": "Windows keeps the name lpt9",
    "policy": "no extension",
    "policy.doc": "older Word",
    "policy.docm": "macros",
    "policy.zip": "Take the files out",
    "policy.svg": "not accepted",
    "policy.pdf.exe": "not accepted",
    "policy.exe.pdf": ".exe",
    "policy.html .pdf": ".html",
    "policy. ": "ends with a dot",
}


@pytest.mark.parametrize("name", KEPT)
def test_name_of_any_script_is_kept(name):
    assert check_file_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(("name", "fault"), REFUSED.items(), ids=ascii)
def test_name_with_a_fault_is_refused_and_the_fault_named(name, fault):
    with pytest.raises(UploadRefused) as refused:
        check_file_name(name)
    assert fault in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert refused.value.sentence.isprintable()


def test_name_typed_on_another_system_is_the_same_name():
    assert check_file_name("Ty\u0302 Gwyn.pdf") == "T\u0177 Gwyn.pdf"
    assert check_file_name(" policy.pdf ") == "policy.pdf"


def test_name_of_150_characters_is_kept():
    assert len(check_file_name("质" * 146 + ".pdf")) == 150


@given(st.text(max_size=200))
def test_name_is_either_kept_safe_or_refused(text):
    sentence = "."
    try:
        name = parse_file_name(text)
    except ValueError as refused:
        sentence = str(refused)
    else:
        assert name == unicodedata.normalize("NFC", text.strip(" "))
        assert parse_file_name(name) == name
        assert not set(name) & set('/\\<>:"|?*\n\r\x00\u202e')
        assert 0 < len(name) <= 150
        assert name.encode("utf-8")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\rb", "a\x0bb", "a\u2028b", "a\u0085b", "a\x00b", "a\x1bb", "a\tb", "a\u202eb", "a\udfffb", "a\uffffb"],
)
def test_single_line_that_could_not_be_shown_is_refused(text):
    with pytest.raises(ValueError, match=r"\.$"):
        parse_single_line(text)


@pytest.mark.parametrize("text", ["", "Tŷ Gwyn", "مجلس", "👩‍👩‍👧", "<b>{{7*7}}</b>", "naïve\u00a0co", "a\u200fb"])
def test_single_line_of_any_script_is_kept(text):
    assert parse_single_line(f"  {text} \r\n") == text


def test_single_line_over_the_limit_tells_both_figures():
    with pytest.raises(ValueError, match=r"10 characters or fewer\. There are 11 now"):
        parse_single_line("x" * 11, max_chars=10)


def test_multi_line_keeps_lines_and_tabs():
    assert parse_multi_line("one\r\ntwo\rthree\tfour\n") == "one\ntwo\nthree\tfour"
    for wrong in ("a\x00b", "a\u202eb", "a\ud800b", "a\x0cb"):
        with pytest.raises(ValueError, match=r"\.$"):
            parse_multi_line(wrong)
