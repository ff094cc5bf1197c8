"""What a draft still lacks before it can go on the record: a sentence for each field."""

from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.decisions.kinds import kind_of
from portal.decisions.models import Decision, Matter
from portal.decisions.queries.authority import key_problem, why_not_authorised
from portal.decisions.queries.contents import agreements_of, parts_of, resolutions_of
from portal.decisions.queries.decisions import in_force, latest_superseded, restrictions_of
from portal.decisions.queries.evidence import content_of
from portal.decisions.rules.answers import closed, missing, not_agreed
from portal.decisions.wording import posts


def lacking(session: Session, row: Decision) -> dict[str, str]:
    """Nothing when it can be recorded. The database asks the same once more when it is (`app.recordable`)."""
    values = content_of(session, row)
    if row.matter_id is None:
        found = missing(values, restrictions=0, may_restrict=False, today=today()) | _by_own_rules(session, row)
        return found if resolutions_of(session, row.id) else {"resolutions": "Enter at least one resolution."} | found
    matter = session.get_one(Matter, row.matter_id)
    standing = in_force(session, matter.id, row.authority_id)
    earlier = standing or latest_superseded(session, matter.id, row.authority_id)
    called_in = earlier is not None and earlier.status == "called_in"
    answered = earlier is not None and earlier.outcome != "defer" and not called_in
    # The superseding goes first in the same transaction, so an earlier one that was called in stands here as superseded.
    if standing is None and earlier is not None:
        called_in = True
    shut = closed(
        rule=matter.rule, status=matter.status, is_live=matter.is_live, answered=answered, called_in=called_in
    )
    if shut:
        return {"outcome": shut}
    answers = {part.slug: part.outcome for part in parts_of(session, row.id)}
    found = missing(
        values,
        restrictions=len(restrictions_of(session, row.id)),
        may_restrict=kind_of(matter.kind).may_restrict,
        today=today(),
        parts=tuple(answers.get(part["slug"]) for part in matter.parts),
        earlier=(earlier.outcome, earlier.decided_on) if earlier else None,
    )
    return found | _by_own_rules(session, row)


def _by_own_rules(session: Session, row: Decision) -> dict[str, str]:
    return _not_agreed(session, row) | why_not_authorised(session, row) | key_problem(session, row)


def _not_agreed(session: Session, row: Decision) -> dict[str, str]:
    said = {a.post.casefold(): a.agreed for a in agreements_of(session, row.id)}
    holders = posts(row.decided_by_post) if row.route == "joint_holders" else ()
    return not_agreed(row.outcome, holders, said)
