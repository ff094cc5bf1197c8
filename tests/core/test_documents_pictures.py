"""A picture is kept without what it tells besides itself, and is not changed by that."""

import io
import struct
import zlib

import pytest

from portal.core.documents import Kind, UploadRefused, check_upload, read_upload
from portal.core.documents.pictures import MOST_PIXELS, without_hidden_data

SECRET = b"Kanarienvogel7Qx"
SCAN = b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\xff\xd1\x9a"  # data, a restart, a fill byte before a restart


def segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(orientation=6, order=">"):
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = [(0x010E, 2, 17, 50), (0x0112, 3, 1, orientation << 16 if order == ">" else orientation)]
    table = b"".join(struct.pack(f"{order}HHLL", *entry) for entry in entries)
    tiff = mark + struct.pack(f"{order}LH", 8, 2) + table + struct.pack(f"{order}L", 0)
    return b"Exif\0\0" + tiff.ljust(50, b"\0") + SECRET + b"\0"


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 2, 2, 1) + b"\x01\x11\x00")
SCANS = (
    segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    + SCAN
    + segment(0xC4, b"table")
    + segment(0xDA, b"\x01\x01\x00\x01\x3f\x00")
    + SCAN
)
JFIF = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01abc")
COLOUR = segment(0xE2, b"ICC_PROFILE\0\x01\x01colours") + segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")


def photograph(orientation=6, order=">", after=b"trailer " + SECRET):
    hidden = (
        segment(0xE1, exif(orientation, order))
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET)
        + segment(0xE0, b"JFXX\0\x10" + SECRET)
        + segment(0xE2, b"MPF\0" + SECRET)
        + segment(0xED, b"Photoshop 3.0\0" + SECRET)
        + segment(0xFE, SECRET)
    )
    return b"\xff\xd8" + JFIF + hidden + COLOUR + FRAME + SCANS + b"\xff\xd9" + after


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def drawing(*hidden):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0\0" * 2))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"sRGB", b"\0") + b"".join(hidden) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("order", [">", "<"])
def test_a_photograph_keeps_its_picture_its_colours_and_which_side_is_up(order):
    sent = photograph(6, order)
    assert sent.count(SECRET) == 7
    kept = without_hidden_data(Kind.JPG, sent)
    assert SECRET not in kept
    up = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    header = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0")
    assert kept == b"\xff\xd8" + header + segment(0xE1, up) + COLOUR + FRAME + SCANS + b"\xff\xd9"
    assert check_upload("a.jpg", kept) is Kind.JPG
    assert without_hidden_data(Kind.JPG, kept) == kept


@pytest.mark.parametrize(
    "odd",
    [
        exif(1),
        b"Exif\0\0",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0XX\0*\0\0\0\x08",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + SECRET,
    ],
)
def test_exif_data_that_says_nothing_of_the_side_that_is_up_goes_whole(odd):
    sent = b"\xff\xd8" + segment(0xE1, odd) + FRAME + SCANS + b"\xff\xd9"
    assert without_hidden_data(Kind.JPG, sent) == b"\xff\xd8" + FRAME + SCANS + b"\xff\xd9"


def test_a_drawing_keeps_its_picture():
    hidden = (
        chunk(b"tEXt", b"Author\0" + SECRET),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET),
        chunk(b"eXIf", exif()[6:]),
        chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0"),
        chunk(b"prVt", SECRET),
    )
    kept = without_hidden_data(Kind.PNG, drawing(*hidden))
    assert kept == drawing()
    assert check_upload("a.png", kept) is Kind.PNG


class File:
    def __init__(self, filename, content):
        self.filename = filename
        self.stream = io.BytesIO(content)


def test_the_applicant_is_told_when_something_was_removed():
    told = read_upload(File("a.jpg", photograph()), None)
    assert SECRET not in told.content
    assert "was removed. The SHA-256 shown is that of the picture as it is kept" in told.remark
    same = read_upload(File("a.png", drawing()), None)
    assert (same.content, same.remark) == (drawing(), "")


@pytest.mark.parametrize("cut", range(2, len(photograph(after=b"")), 7))
def test_a_photograph_cut_anywhere_is_refused(cut):
    with pytest.raises(UploadRefused):
        check_upload("a.jpg", photograph(after=b"")[:cut])


def test_the_largest_picture_is_taken_and_one_row_more_is_not():
    def sized(height):
        return (
            b"\xff\xd8"
            + segment(0xC0, struct.pack(">BHHB", 8, height, 10_000, 1) + b"\x01\x11\x00")
            + SCANS
            + b"\xff\xd9"
        )

    assert check_upload("a.jpg", sized(MOST_PIXELS // 10_000)) is Kind.JPG
    with pytest.raises(UploadRefused, match=r"10,000 by 5,001 pixels. Make it smaller, at most 50 million pixels"):
        check_upload("a.jpg", sized(MOST_PIXELS // 10_000 + 1))
