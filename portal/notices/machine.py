"""A decision for machines: documented keys, pounds as strings, days and instants in ISO 8601."""

from datetime import UTC, date, datetime
from typing import Any

from portal.decisions.queries.public import PublicDecision
from portal.notices.feeds import NOT_TAKEN

KEYS = {
    "id": "UUID of the record; its address never changes",
    "url": "The page of the record",
    "record_kept": "portal: this is the official record itself; council_system: it is a copy",
    "copy_of": "Where the official record is: the council and, where given, its address; null where it is this one",
    "demonstration": "True where no council has made this decision",
    "notice": "The sentence that says so; null otherwise",
    "council": "Name, official name and slug of the council that decided",
    "kind": "What sort of question it answers; own: none, a record of the council’s own",
    "title": "What it is about",
    "question": "The question put to the council, if it was put one; null otherwise",
    "outcome": "approve, approve_with_restriction, approve_in_part, not_approve or defer",
    "parts": "For an outcome in parts: title, outcome and reasons of each",
    "restrictions": "Providers excepted: name, lot (null: all lots), ground, reason",
    "resolutions": "Numbered paragraphs word for word: number, heading, text, effect",
    "decided_by": "The post or body, and in which capacity",
    "route": "cabinet, cabinet_member, officer, joint_holders, committee or council; null where not stated",
    "authority": "The report or delegation that gives the authority to decide",
    "consulted": "Post, day and interests declared of each consultee",
    "agreements": "Of joint holders: post, whether it agreed, day",
    "decided_on": "Day of the decision",
    "published_on": "Day on which the council published its own record",
    "effective_on": "Day from which it has effect, as the council states it; null: none",
    "defer_until": "For a deferral, until which day; null otherwise",
    "together": "For an answer that needs those of others: how many councils were asked, how many have published an answer, and from which day "
    "it takes effect by these alone (null: by these it does not yet); null for any other",
    "standing": "effective, waiting, called_in, deferred, superseded or none, today",
    "is_key": "Whether it is a key decision by the council’s own tests",
    "key_reason": "By which test; null otherwise",
    "notice_on": "Day on which its notice was published; null otherwise",
    "urgency": "general_exception or special_urgency, and who was told or agreed; null otherwise",
    "value_pounds": "Value without VAT, as a string such as 336000000.00; null where not stated",
    "wards": "How many wards it affects significantly; null where not counted",
    "reasons": "Reasons for the decision",
    "alternatives": "Alternatives considered and rejected",
    "interests": "Interests declared",
    "dispensations": "Dispensations granted",
    "implications": "Financial, legal and equality implications",
    "report_reference": "Reference of the report",
    "minute_number": "Minute number, as the council’s own record has it",
    "appendices": "Exempt appendices: title, paragraph of Schedule 12A, public-interest test; their texts are not public",
    "call_in": "If it was called in: day, by whom, grounds, what was said and when; null otherwise",
    "call_in_exempt_because": "Why it is exempt from call-in; null otherwise",
    "corrections": "Clerical errors put right: field, words as recorded, as they should read, why, when",
    "earlier": "UUID of the published decision that it takes the place of; null otherwise",
    "later": "UUID of the published decision that takes its place; null otherwise",
    "public_at": "Instant at which it was put on this register",
    "updated_at": "Last instant at which what is public of it changed",
}
"""Every key of the record, with its meaning; shown on the page about open data."""


def as_json(found: PublicDecision, base: str) -> dict[str, Any]:
    """The record. `base`: the portal's own address."""
    m = found.more
    return {
        "id": str(found.id),
        "url": f"{base}/public/decisions/{found.id}",
        "record_kept": "portal" if found.is_the_record else "council_system",
        "copy_of": None if found.is_the_record else {"council": found.official_name, "url": found.record_url or None},
        "demonstration": found.demonstration,
        "notice": NOT_TAKEN if found.demonstration else None,
        "council": {"name": found.council, "official_name": found.official_name, "slug": found.slug},
        "kind": found.kind,
        "title": found.title,
        "question": found.question or None,
        "outcome": found.outcome,
        "parts": m["parts"],
        "restrictions": [
            {
                "name": r["subject_name"],
                "lot": r["lot_name"],
                "ground": found.grounds.get(r["ground"], r["ground"]),
                "reason": r["reason"],
            }
            for r in m["restrictions"]
        ],
        "resolutions": m["resolutions"],
        "decided_by": {"post": found.decided_by_post, "capacity": m["decided_by_capacity"]},
        "route": found.route or None,
        "authority": m["authority_source"],
        "consulted": m["consultations"],
        "agreements": m["agreements"],
        "decided_on": _iso(found.decided_on),
        "published_on": _iso(found.published_on),
        "effective_on": _iso(found.effective_on),
        "defer_until": _iso(found.defer_until),
        "together": {
            "asked": found.others.asked,
            "published": found.others.published,
            "takes_effect_on": _iso(found.others.takes_effect_on),
        }
        if found.others
        else None,
        "standing": found.standing.code,
        "is_key": found.is_key,
        "key_reason": m["key_reason"] or None,
        "notice_on": _iso(m["notice_on"]),
        "urgency": {"exception": m["urgency"], "agreed_by": m["urgency_agreed_by"]} if m["urgency"] else None,
        "value_pounds": None if m["value_pounds"] is None else f"{m['value_pounds']:.2f}",
        "wards": m["wards"],
        "reasons": found.reasons,
        "alternatives": m["alternatives"],
        "interests": m["interests"],
        "dispensations": m["dispensations"],
        "implications": {name: m[name] for name in ("financial", "legal", "equality")},
        "report_reference": m["report_reference"],
        "minute_number": found.minute_number,
        "appendices": m["appendices"],
        "call_in": found.called_in,
        "call_in_exempt_because": m["call_in_exempt_because"] or None,
        "corrections": m["corrections"],
        "earlier": found.earlier["id"] if found.earlier else None,
        "later": found.later["id"] if found.later else None,
        "public_at": _instant(found.public_at),
        "updated_at": _instant(found.updated_at),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
