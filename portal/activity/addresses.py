"""Where the things of the slices below are shown. A test asks the portal for each of these addresses."""

from uuid import UUID


def round_page(system_id: UUID, round_id: UUID) -> str:
    return f"/systems/{system_id}/rounds/{round_id}"


def public_round(round_id: UUID) -> str:
    return f"/rounds/{round_id}"


def opening(round_id: UUID) -> str:
    return f"/rounds/{round_id}/open-submissions"


def evaluation(round_id: UUID, part: str = "") -> str:
    """`part`: declare, declarations, panel, moderation, results; none: the page that leads to them."""
    return f"/rounds/{round_id}/evaluation" + (f"/{part}" if part else "")


def outcome(round_id: UUID) -> str:
    return f"/rounds/{round_id}/outcome"


def local_schedule(system_id: UUID, authority_id: UUID) -> str:
    return f"/systems/{system_id}/local-schedules/{authority_id}"


def application(application_id: UUID) -> str:
    return f"/applications/{application_id}"


def matter(matter_id: UUID) -> str:
    return f"/decisions/{matter_id}"


def agreement(admission_id: UUID) -> str:
    return f"/agreements/{admission_id}"


def clarification_queue(round_id: UUID) -> str:
    return f"/rounds/{round_id}/clarification-queue"


def own_questions(round_id: UUID) -> str:
    return f"/rounds/{round_id}/my-questions"


def answer_taken_on(take_on_id: UUID) -> str:
    return f"/take-on/{take_on_id}/answer"


def participation(system_id: UUID) -> str:
    return f"/systems/{system_id}/participation"


def specification(system_id: UUID) -> str:
    return f"/systems/{system_id}/specification"


def version(system_id: UUID, specification_id: UUID) -> str:
    return f"/systems/{system_id}/versions/{specification_id}"
