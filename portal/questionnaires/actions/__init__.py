"""What is done with question sets: load one, edit a question, share out weights, freeze."""

from portal.questionnaires.actions.editing import edit_question, edit_weights
from portal.questionnaires.actions.freezing import freeze_questions
from portal.questionnaires.actions.loading import copy_question_sets, load_question_set

__all__ = ["copy_question_sets", "edit_question", "edit_weights", "freeze_questions", "load_question_set"]
