"""Expected refusals. Each carries a plain sentence for the person; none of them is ever a 500."""


class PortalError(Exception):
    """A refusal that was foreseen."""

    status = 400
    is_evidence = False
    """Whether it is kept among the refusals whatever its status; 403, 404 and 409 are."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotPermitted(PortalError):
    """The role may not do this verb (403)."""

    status = 403


class Missing(PortalError):
    """No such thing for this actor: a foreign row and an absent one answer alike (404)."""

    status = 404

    def __init__(self, sentence: str = "There is no such page, or it is not yours to see.") -> None:
        super().__init__(sentence)


class Refused(PortalError):
    """Not the moment, or the case is not ready (409): the sentence says what is missing."""

    status = 409


class Invalid(PortalError):
    """Input that cannot be accepted: a sentence for each field, shown beside it."""

    status = 422

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields
