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


def stages(next_step: str, *, standstill: bool, asks_councils: bool = True) -> list[dict[str, str]]:
    """For `ui.stages`. A system without a standstill has no such stage; nor is there a question to councils where the lead admits for all."""
    left_out = {code for code, kept in (("standstill", standstill), ("ask_use", asks_councils)) if not kept}
    steps = [step for step in _STEPS if not left_out.issuperset(step[1])]
    here = next(n for n, (_, codes) in enumerate(steps) if next_step in codes)
    return [
        {
            "text": text,
            "state": "done" if n < here or next_step == "done" else "current" if n == here else "todo",
        }
        for n, (text, _) in enumerate(steps)
    ]
