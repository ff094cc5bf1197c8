"""Content of a picture: whole, and not so large in pixels that opening it fills the memory."""

from portal.core.documents.errors import UploadRefused

MOST_PIXELS = 100_000_000  # a 300 dpi scan of A2 has 35 million; each costs 4 bytes when shown

_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})  # JPEG markers between the frame headers that are none
_DAMAGED = "The picture is damaged or incomplete. Save it anew and upload that."


def check_png(content: bytes) -> None:
    """Raise UploadRefused for a PNG that is cut, extended or has too many pixels."""
    if len(content) < 45 or content[12:16] != b"IHDR":
        raise UploadRefused(_DAMAGED)
    _check_pixels(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            if at != len(content):
                raise UploadRefused("Something was added after the end of the picture. Save it anew and upload that.")
            return
    raise UploadRefused(_DAMAGED)


def check_jpg(content: bytes) -> None:
    """Raise UploadRefused for a JPEG that is cut or has too many pixels.

    Cameras put their own data after the end mark, so what follows it is not refused here; a zip
    file there is, by the caller.
    """
    at, sized = 2, False
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            raise UploadRefused(_DAMAGED)
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            _check_pixels(int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7]))
            sized = True
        if marker == 0xDA:  # the picture itself begins
            break
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2:
            raise UploadRefused(_DAMAGED)
        at += 2 + length
    if not sized or b"\xff\xd9" not in content[at:]:
        raise UploadRefused(_DAMAGED)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise UploadRefused(_DAMAGED)
    if width * height > MOST_PIXELS:
        raise UploadRefused(
            f"The picture has {width:,} by {height:,} pixels. Make it smaller, at most {MOST_PIXELS // 1_000_000} million "
            "pixels, and upload it again."
        )
