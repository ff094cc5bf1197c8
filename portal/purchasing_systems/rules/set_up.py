"""The set-up of a system as tasks: what each is, where it is done, and how far it has come. Pure."""

from dataclasses import dataclass

TASKS = {
    "facts": ("Title, law and vehicle", "/edit"),
    "value": ("Estimate and value ceiling", "/set-up/buying"),
    "users": ("Permitted users", "/set-up/buying"),
    "award": ("How contracts are awarded", "/set-up/buying"),
    "lots": ("Lots", "/lots"),
    "councils": ("Participating authorities", "/councils"),
    "term": ("Term", "/edit"),
    "extensions": ("Extension points", "/term"),
    "specification": ("Specification and local schedules", "/specification"),
    "documents": ("Invitation and agreement terms", "/documents"),
    "timetable": ("Timetable", "/timetable"),
    "questions": ("Question sets", "/rounds/new"),
    "prices": ("Pricing schedules", "/rounds/new"),
    "notices": ("Official notice", "/rounds/new"),
}
"""Task to its name and where in the system it is done, in the order in which the work is usually done."""
GROUPS = (
    ("What is bought, and for whom", ("facts", "lots", "value", "term", "extensions")),
    ("Who buys, and how", ("councils", "users", "award")),
    ("What providers are told and asked", ("specification", "documents", "questions", "prices")),
    ("When", ("timetable", "notices")),
)
STATES = {
    "complete": ("Complete", None),
    "in_progress": ("In progress", "blue"),
    "not_started": ("Not started", "grey"),
    "waiting": ("Cannot start yet", "grey"),
}


@dataclass(frozen=True)
class Task:
    """One task. `missing`: a sentence that says what is, or why it cannot start; empty for one that is complete."""

    key: str
    url: str
    state: str
    missing: str

    @property
    def title(self) -> str:
        """Its name."""
        return TASKS[self.key][0]


def state_of(missing: str | None, *, begun: bool = False, waits: str | None = None) -> tuple[str, str]:
    """State and sentence: nobody ticks a task off, the data says how far it is."""
    if waits:
        return "waiting", waits
    if missing:
        return ("in_progress" if begun else "not_started"), missing
    return "complete", ""
