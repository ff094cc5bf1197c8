"""The way from signed results to agreements, as the stages on top of the lead's page. Pure."""

_STEPS = (
    ("Results signed", ("sign_off",)),
    ("Outcome approved", ("ask_outcome", "await_outcome", "refused")),
    ("Put to the councils", ("ask_use",)),
    ("Letters sent", ("release",)),
    ("Standstill over", ("standstill",)),
    ("Agreements issued", ("issue",)),
    ("In effect", ("accept", "await_provider")),
    ("Complete", ("complete", "done")),
)


def stages(next_step: str, *, standstill: bool) -> list[dict[str, str]]:
    """For `ui.stages`. A system without a standstill has no such stage."""
    steps = [step for step in _STEPS if standstill or step[1] != ("standstill",)]
    here = next(n for n, (_, codes) in enumerate(steps) if next_step in codes)
    return [
        {
            "text": text,
            "state": "done" if n < here or next_step == "done" else "current" if n == here else "todo",
        }
        for n, (text, _) in enumerate(steps)
    ]
