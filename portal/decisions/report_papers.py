"""The report for a council's own decision as Word documents, to finish and paste into its committee system: open report, exempt appendix.

Whatever the draft does not say yet is a marked blank. The open report names the exempt appendices and why they are exempt, never their words.
"""

from collections.abc import Sequence

from portal.core.typeset.word import Blank, Strong, WordDocument
from portal.core.wording import say_day
from portal.decisions.models import Decision, Resolution
from portal.decisions.queries.contents import Inside
from portal.decisions.rules.answers import ROUTES
from portal.governance.rules.clocks import STATUTORY_NOTICE

_MARK = "no council took this decision"


def open_report(
    draft: Decision,
    *,
    title: str,
    question: str,
    resolutions: Sequence[Resolution],
    inside: Inside,
    embargo: str | None,
) -> bytes:
    """Recommendations, reasons, options, implications, consultation, and the text of the notice where the decision is key."""
    document = _begun(draft, f"Report: {title}")
    if embargo:
        document.notice("Embargo", embargo)
    document.notice(
        "Not a decision",
        f"A report for {draft.authority_name} to complete. Square brackets mark what is still to be said.",
    )
    document.facts(
        [
            ("Council", draft.authority_name),
            ("Subject", title),
            ("To be decided by", draft.decided_by_post or Blank("the post or body that decides")),
            ("Route", ROUTES.get(draft.route) or Blank("cabinet, committee, officer, …")),
            ("Authority", draft.authority_source or Blank("the report or delegation that gives the authority")),
            ("Key decision", _key(draft)),
            ("Report", draft.report_reference or Blank("the reference of the report")),
        ]
    )
    document.heading("Recommendations")
    document.paragraph("That:")
    if resolutions:
        for one in resolutions:
            document.paragraph(Strong(f"({one.number}) "), one.text)
    else:
        document.text(question, missing=Blank("what is to be decided"))
    for heading, words, missing in (
        ("Reasons for the recommendations", draft.reasons, "the reasons"),
        ("Alternatives considered and rejected", draft.alternatives, "the options and why they were rejected"),
        (
            "Financial implications",
            draft.financial,
            "the financial implications, with the section 151 officer’s comment",
        ),
        ("Legal implications", draft.legal, "the legal implications, with the monitoring officer’s comment"),
        ("Equality implications", draft.equality, "the equality implications (Equality Act 2010 s.149)"),
    ):
        document.heading(heading)
        document.text(words, missing=Blank(missing))
    document.heading("Consultation")
    if inside.consultations:
        document.bullets([f"{c.post}, on {say_day(c.consulted_on)}" for c in inside.consultations])
    else:
        document.paragraph(Blank("who was consulted, and when"))
    document.heading("Exempt appendices")
    if inside.appendices:
        for a in inside.appendices:
            why = f"Local Government Act 1972, Schedule 12A, paragraph {a.paragraph}. {a.public_interest}"
            document.paragraph(Strong(f"{a.title}. "), why)
    else:
        document.paragraph("None.")
    if draft.is_key:
        _notice(document, draft, title)
    return document.to_bytes()


def exempt_appendices(draft: Decision, *, title: str, inside: Inside) -> bytes:
    """The exempt texts, for the restricted part of the agenda alone."""
    document = _begun(draft, f"Exempt appendices: {title}")
    document.notice("Not for publication", "Exempt under Schedule 12A of the Local Government Act 1972.")
    for a in inside.appendices:
        document.heading(a.title)
        document.paragraph(Strong(f"Paragraph {a.paragraph}. "), a.public_interest)
        document.text(inside.texts.get(a.id, ""), missing=Blank("the exempt text"))
    return document.to_bytes()


def _begun(draft: Decision, title: str) -> WordDocument:
    return WordDocument(title, subject=draft.authority_name, demonstration=_MARK if draft.demonstration else None)


def _key(draft: Decision) -> str:
    return f"Yes: {draft.key_reason}" if draft.is_key else "No"


def _notice(document: WordDocument, draft: Decision, title: str) -> None:
    """The content of SI 2012/2089 reg. 9, to be published on the council's forward plan."""
    document.new_page()
    document.heading("Notice of a key decision")
    document.facts(
        [
            ("Matter", title),
            ("That it is a key decision, and why", draft.key_reason or Blank("by which test of the council")),
            ("Decision maker", draft.decided_by_post or Blank("name or title, or the members of the body")),
            ("Day or period", Blank("the day on which, or the period within which, it is to be made")),
            ("Documents", Blank("a list of the documents submitted for consideration")),
            ("Where they are available", Blank("the address")),
            ("Other documents", "More may be submitted; how to ask for them is stated here."),
            ("How to ask", Blank("the procedure for requesting them")),
        ]
    )
    document.paragraph(f"Published at least {STATUTORY_NOTICE} clear days before the decision.")
