"""Tables of question sets."""

from portal.questionnaires.models.question import Question
from portal.questionnaires.models.question_set import QuestionSet

__all__ = ["Question", "QuestionSet"]
