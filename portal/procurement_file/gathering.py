"""Everything the file holds, in the order of its folders."""

from collections.abc import Iterator

from portal.procurement_file import decisions, evaluation, system, trail
from portal.procurement_file.pieces import Piece, Wanted


def gather(wanted: Wanted) -> Iterator[Piece]:
    """Piece by piece: none is made before it is written, so that the file can be longer than memory."""
    for section in (system, evaluation, decisions, trail):
        yield from section.pieces(wanted)
