"""What is done with question sets: load one, edit a question, share out weights, freeze."""

from portal.questionnaires.actions.building import (
    add_question,
    add_questions,
    change_question,
    move_question,
    remove_question,
    rename_page,
)
from portal.questionnaires.actions.editing import edit_weights
from portal.questionnaires.actions.freezing import freeze_questions
from portal.questionnaires.actions.keeping import keep_question, unkeep_question
from portal.questionnaires.actions.loading import copy_question_sets, load_question_set

__all__ = [
    "add_question",
    "add_questions",
    "change_question",
    "copy_question_sets",
    "edit_weights",
    "freeze_questions",
    "keep_question",
    "load_question_set",
    "move_question",
    "remove_question",
    "rename_page",
    "unkeep_question",
]
