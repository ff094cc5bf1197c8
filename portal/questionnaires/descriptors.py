"""What each score means: the scale of method statements, whole marks only (the field's usual 0 to 5)."""

from typing import Any

STANDARD: tuple[dict[str, Any], ...] = (
    {
        "score": 5,
        "label": "Excellent",
        "text": "Fully meets the requirement with detailed, relevant evidence and clear added value; very high confidence.",
    },
    {
        "score": 4,
        "label": "Good",
        "text": "Meets the requirement well with good evidence; minor gaps of no importance; high confidence.",
    },
    {
        "score": 3,
        "label": "Satisfactory",
        "text": "Meets the requirement; adequate evidence; some detail missing; reasonable confidence.",
    },
    {"score": 2, "label": "Weak", "text": "Partly meets the requirement; limited evidence; reservations."},
    {
        "score": 1,
        "label": "Poor",
        "text": "Largely fails to meet the requirement; little evidence; serious reservations.",
    },
    {"score": 0, "label": "Unacceptable", "text": "No answer, irrelevant, or fails to meet the requirement."},
)
SCALES: dict[str, tuple[dict[str, Any], ...]] = {"standard": STANDARD}
