"""Reads of applications: the applicant's draft and receipts, and what officers may see once a round is opened."""

from portal.applications.queries.cases import Case, case_of
from portal.applications.queries.drafts import DraftAnswer, DraftDocument, answers_of_draft, documents_of_draft

__all__ = ["Case", "DraftAnswer", "DraftDocument", "answers_of_draft", "case_of", "documents_of_draft"]
