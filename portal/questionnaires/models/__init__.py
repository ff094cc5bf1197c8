"""Tables of question sets."""

from portal.questionnaires.models.library_question import LibraryQuestion
from portal.questionnaires.models.modification import Modification
from portal.questionnaires.models.question import Question
from portal.questionnaires.models.question_set import QuestionSet

__all__ = ["LibraryQuestion", "Modification", "Question", "QuestionSet"]
