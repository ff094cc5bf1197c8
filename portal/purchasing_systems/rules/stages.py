"""The way of a round, as a line of stages."""

_WAY = (
    ("Planned", ("planned",)),
    ("Published", ("not_yet_open",)),
    ("Open", ("open",)),
    ("Closed", ("closed",)),
    ("Opened", ("opened",)),
    ("Evaluation", ("evaluating", "moderating")),
    ("Decision", ("evaluated",)),
    ("Letters", ("decided",)),
    ("Agreements", ("notified",)),
)


def stages(phase: str) -> list[dict[str, str]]:
    """Done, current and to come. A cancelled round has no way."""
    if phase == "cancelled":
        return []
    current = next((i for i, (_, phases) in enumerate(_WAY) if phase in phases), len(_WAY))
    return [
        {"text": text, "state": "done" if i < current else "current" if i == current else "todo"}
        for i, (text, _) in enumerate(_WAY)
    ]
