"""Everything a provider's users do with a draft before they submit it."""

from portal.applications.actions.answering import Conflict, EditConflict, Saved, save_answers
from portal.applications.actions.choosing import choose_lots
from portal.applications.actions.starting import grant_help, register_interest, start_application
from portal.applications.actions.uploading import add_document, note_upload_error, remove_document

__all__ = [
    "Conflict",
    "EditConflict",
    "Saved",
    "add_document",
    "choose_lots",
    "grant_help",
    "note_upload_error",
    "register_interest",
    "remove_document",
    "save_answers",
    "start_application",
]
