"""Content of a picture: whole, not so large in pixels that opening it fills the memory, and nothing but the picture.

A photograph tells where, when and with what it was taken, and may hold a smaller copy of what was cut off. None of it is
evidence; all of it may be about a child. It is left out segment by segment, so the picture itself is not touched.
"""

import struct

from portal.core.documents.errors import UploadRefused
from portal.core.documents.kinds import Kind

MOST_PIXELS = 50_000_000  # a 300 dpi scan of A2 has 35 million; each costs 4 bytes when shown

_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})  # JPEG markers between the frame headers that are none
_DAMAGED = "The picture is damaged or incomplete. Save it anew and upload that."
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs acTL fcTL fdAT".split()
)  # what decides how it looks
_ORIENTATION = 0x0112


def check_png(content: bytes) -> None:
    """Raise UploadRefused for a PNG that is cut, extended or has too many pixels."""
    if len(content) < 45 or content[12:16] != b"IHDR":
        raise UploadRefused(_DAMAGED)
    _check_pixels(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    if sum(len(chunk) for _, chunk in _png_chunks(content)) + len(_PNG_START) != len(content):
        raise UploadRefused("Something was added after the end of the picture. Save it anew and upload that.")


def check_jpg(content: bytes) -> None:
    """Raise UploadRefused for a JPEG that is cut or has too many pixels.

    Cameras put their own data after the end mark, so what follows it is not refused here, only left out; a zip file there
    is refused, by the caller.
    """
    sized = False
    for marker, segment in _jpg_segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            if len(segment) < 9:
                raise UploadRefused(_DAMAGED)
            _check_pixels(int.from_bytes(segment[7:9]), int.from_bytes(segment[5:7]))
            sized = True
        if marker == 0xDA and not sized:
            raise UploadRefused(_DAMAGED)


def without_hidden_data(kind: Kind, content: bytes) -> bytes:
    """The picture without text, place, camera, previews and whatever follows its end. Call after its check.

    Kept: what decides how it looks, among it the colour profile and which side is up.
    """
    if kind is Kind.PNG:
        return _PNG_START + b"".join(chunk for name, chunk in _png_chunks(content) if name in _PNG_KEPT)
    return b"\xff\xd8" + b"".join(_bare(marker, segment) for marker, segment in _jpg_segments(content))


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Name and whole bytes of each chunk, up to and with the last. Raises UploadRefused when there is no last."""
    at, found = len(_PNG_START), []
    while at + 12 <= len(content):
        name, start = content[at + 4 : at + 8], at
        at += 12 + int.from_bytes(content[at : at + 4])
        found.append((name, content[start:at]))
        if name == b"IEND":
            return found
    raise UploadRefused(_DAMAGED)


def _jpg_segments(content: bytes) -> list[tuple[int, bytes]]:
    """Marker and whole bytes of each segment after the start mark, up to and with the end mark.

    The coded picture belongs to the segment before it. Raises UploadRefused when the end mark is missing.
    """
    at, found = 2, []
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            raise UploadRefused(_DAMAGED)
        marker, start = content[at + 1], at
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            found.append((marker, content[at : at + 2]))
            return found
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(content):
            raise UploadRefused(_DAMAGED)
        at += 2 + length
        if marker == 0xDA:
            at = _end_of_scan(content, at)
        found.append((marker, content[start:at]))
    raise UploadRefused(_DAMAGED)


def _end_of_scan(content: bytes, at: int) -> int:
    # Within coded data a mark is followed by 0 (it is data), D0 to D7 (a restart) or another mark (a fill byte).
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        following = content[at + 1]
        if following and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2
    raise UploadRefused(_DAMAGED)


def _bare(marker: int, segment: bytes) -> bytes:
    """What is kept of a segment: of Exif data the side that is up, of a JFIF header all but its preview."""
    body = segment[4:]
    if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        return b"\xff\xe0\x00\x10" + body[:12] + b"\0\0"
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        return _orientation_only(body[6:])
    is_application = 0xE0 <= marker <= 0xEF
    is_colour = (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and body.startswith(b"Adobe"))
    return b"" if marker == 0xFE or (is_application and not is_colour) else segment


def _orientation_only(exif: bytes) -> bytes:
    """A small Exif segment that says which side is up, or nothing: without it a telephone's photograph lies on its side."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order is None:
            return b""
        (start,) = struct.unpack_from(f"{order}L", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, start)
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(f"{order}HHLH", exif, start + 2 + 12 * entry)
            if tag == _ORIENTATION and kind == 3 and 2 <= value <= 8:
                small = b"MM\0*\0\0\0\x08" + struct.pack(">HHHLHHL", 1, _ORIENTATION, 3, 1, value, 0, 0)
                return b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(small)) + b"Exif\0\0" + small
    except struct.error:
        pass  # cut or wrong: then it says nothing of which side is up
    return b""


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise UploadRefused(_DAMAGED)
    if width * height > MOST_PIXELS:
        raise UploadRefused(
            f"The picture has {width:,} by {height:,} pixels. Make it smaller, at most {MOST_PIXELS // 1_000_000} million "
            "pixels, and upload it again."
        )
