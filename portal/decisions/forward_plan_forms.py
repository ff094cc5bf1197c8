"""Forms of the forward plan. What a notice must say before it is published is for the rules to say."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from portal.core.cleaning import Cleaning
from portal.core.errors import Invalid
from portal.core.web.fields import DayField, FigureField
from portal.decisions.models import ForwardPlanEntry
from portal.decisions.rules.notices import before_the_month

_YES_NO = {"no": "No", "yes": "Yes"}
_LINES = ("title", "key_reason", "decision_maker", "lead_member", "lead_officer", "wards", "contact_post")
_TEXTS = ("description", "where_available", "how_to_ask", "consultation", "private_because", "contact_address")


class EntryForm(FlaskForm):
    """A notice of a decision to be taken (SI 2012/2089 regs 5 and 9)."""

    title = StringField("What is the decision about?", description="As it is to be headed in the forward plan.")
    description = TextAreaField("The matter", description="What is to be decided, in plain words. It is public.")
    is_key = RadioField(
        "Is it a key decision by your council’s own tests?", choices=_YES_NO, default="no", validate_choice=False
    )
    key_reason = StringField("By which test?", description="For example, expenditure over £500,000.")
    decision_maker = StringField(
        "Who is to decide?", description="The post or the body, not a name. For example, Cabinet."
    )
    lead_member = StringField("Lead member", description="The post. For example, Cabinet Member for Children.")
    lead_officer = StringField("Lead officer", description="The post. For example, Director of Children’s Services.")
    due = RadioField(
        "When is it due?", choices={"day": "On a day", "month": "In a month"}, default="day", validate_choice=False
    )
    due_on = DayField("Day")
    due_month = FigureField("Month", description="In figures, 1 to 12.")
    due_year = FigureField("Year")
    documents = TextAreaField("Documents for the decision maker", description="One on each line, by title.")
    where_available = TextAreaField(
        "Where can they be read?", description="Subject to any restriction on their disclosure."
    )
    how_to_ask = TextAreaField("How can copies and later documents be asked for?")
    more_may_follow = RadioField("May further documents follow?", choices=_YES_NO, default="yes", validate_choice=False)
    consultees = TextAreaField("Who is consulted?", description="Posts and bodies, one on each line.")
    consultation = TextAreaField("How are they consulted?")
    representations = RadioField(
        "Can anybody make representations?",
        choices={
            "no": "No",
            "day": "Yes, until a day",
            "month": "Yes, until the beginning of the month in which the decision is due",
        },
        default="no",
        validate_choice=False,
    )
    representations_until = DayField("Until and including")
    representations_here = RadioField(
        "Does this portal take them?",
        choices={"yes": "Yes: by a form, read by your council alone", "no": "No: at the contact stated"},
        default="yes",
        validate_choice=False,
    )
    wards = StringField("Wards or divisions affected", description="For example, All.")
    is_private = RadioField(
        "Is the meeting, or part of it, to be held in private?", choices=_YES_NO, default="no", validate_choice=False
    )
    private_because = TextAreaField(
        "Why?", description="The paragraph of Schedule 12A, and why. This is the notice under regulation 5."
    )
    contact_post = StringField("Contact", description="The post or the office, not a name.")
    contact_address = TextAreaField(
        "Address of the office", description="Postal address, shared mailbox or switchboard. Nobody’s own."
    )
    matter_id = SelectField("Is it your council’s answer to a joint decision?", validate_choice=False)

    def fill(self, entry: ForwardPlanEntry) -> None:
        """Show what is saved."""
        for name in (*_LINES, *_TEXTS):
            self[name].data = getattr(entry, name)
        for name in ("is_key", "more_may_follow", "is_private", "representations_here"):
            self[name].data = "yes" if getattr(entry, name) else "no"
        self.documents.data = "\n".join(entry.documents)
        self.consultees.data = "\n".join(entry.consultees)
        self.matter_id.data = str(entry.matter_id or "")
        self.representations_until.data = until = entry.representations_until
        monthly = (
            until is not None
            and entry.due_on is not None
            and entry.due_is_month
            and until == before_the_month(entry.due_on)
        )
        self.representations.data = "no" if until is None else "month" if monthly else "day"
        self.due.data = "month" if entry.due_is_month else "day"
        if entry.due_on and entry.due_is_month:
            self.due_month.process_data(entry.due_on.month)
            self.due_year.process_data(entry.due_on.year)
        else:
            self.due_on.data = entry.due_on

    def values(self) -> dict[str, Any]:
        """What was typed, cleaned, by the columns of a notice but for the matter's system. Raises Invalid (by field)."""
        if not self.validate():
            raise Invalid
        clean = Cleaning()
        found: dict[str, Any] = {
            name: clean.line(name, self[name].data, "Enter what the decision is about." if name == "title" else None)
            for name in _LINES
        }
        found |= {name: clean.lines(name, self[name].data, max_chars=20_000) for name in _TEXTS}
        for name in ("documents", "consultees"):
            lines = clean.lines(name, self[name].data, max_chars=10_000).split("\n")
            found[name] = [line.strip() for line in lines if line.strip()]
        due = self._due(clean)
        until = self.representations_until.data
        if self.representations.data == "month":
            until = before_the_month(due) if due else None
        elif self.representations.data != "day":
            until = None
        clean.finish()
        return found | {
            "is_key": self.is_key.data == "yes",
            "more_may_follow": self.more_may_follow.data == "yes",
            "is_private": self.is_private.data == "yes",
            "due_on": due,
            "due_is_month": self.due.data == "month" and due is not None,
            "representations_until": until,
            "representations_here": self.representations.data in ("day", "month")
            and self.representations_here.data == "yes",
            "matter_id": self._matter(),
        }

    def _due(self, clean: Cleaning) -> date | None:
        if self.due.data != "month":
            return self.due_on.data
        month, year = self.due_month.whole, self.due_year.whole
        if month is None and year is None:
            return None
        if month is None or not 1 <= month <= 12:
            clean.wrong("due_month", "Enter the month as a number from 1 to 12.")
        if year is None or not 2000 <= year <= 2100:
            clean.wrong("due_year", "Enter the year with four digits.")
        clean.finish()
        return date(year or 2000, month or 1, 1)

    def _matter(self) -> UUID | None:
        try:
            return UUID(self.matter_id.data) if self.matter_id.data else None
        except ValueError:
            raise Invalid(matter_id="Choose one of the joint decisions, or none.") from None


class WithdrawForm(FlaskForm):
    """Why a notice is withdrawn."""

    because = TextAreaField("Why is it withdrawn?", description="The reason is public.")


class LinkForm(FlaskForm):
    """Which draft decision a notice has announced."""

    decision_id = SelectField("Draft decision", validate_choice=False)
