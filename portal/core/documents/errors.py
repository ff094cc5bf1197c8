"""What can go wrong with a document, each with a sentence for the person who meets it."""

from portal.core.errors import PortalError


class DocumentError(PortalError):
    """A document cannot be taken or given."""

    status = 503


class UploadRefused(DocumentError, ValueError):
    """This file is not accepted: the sentence says what is wrong and how to mend it."""

    status = 422


class MalwareFound(UploadRefused):
    """The scanner knows this content. `name`: what it calls it."""

    is_evidence = True

    def __init__(self, name: str) -> None:
        known = "".join(c for c in name[:100] if c.isascii() and (c.isalnum() or c in "._-"))
        super().__init__(
            f"The file was refused because the portal's malware scanner found {known or 'malware'} in it. It was not saved. "
            "Scan your computer, then upload a clean copy."
        )


class ScannerUnavailable(DocumentError):
    """The malware scanner does not answer: nothing is taken unscanned."""

    def __init__(self) -> None:
        super().__init__(
            "The file cannot be checked for malware just now, so it was not saved. Everything else you entered is kept. "
            "Try again in a few minutes."
        )


class StorageFull(DocumentError):
    """The store has no room. Nothing of the file was kept."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "The file was not saved because the portal's storage is full. Everything else you entered is kept. "
            "The portal's operator has to make room; try again later."
        )


class StorageUnavailable(DocumentError):
    """The store does not answer, or answers with a fault."""

    def __init__(self) -> None:
        super().__init__(
            "The file store does not answer at the moment. Nothing was changed. Try again in a few minutes."
        )


class DocumentLost(DocumentError):
    """The store answers and has no such document."""

    def __init__(self) -> None:
        super().__init__("This document is not in the file store. Tell the portal's operator.")
