"""Tables of governance: dated facts of one council."""

from portal.governance.models.delegation import Certification, Delegation, Nomination
from portal.governance.models.post import Post, PostHolder

__all__ = ["Certification", "Delegation", "Nomination", "Post", "PostHolder"]
