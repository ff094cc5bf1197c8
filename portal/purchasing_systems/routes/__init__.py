"""Pages of purchasing systems."""

from portal.core.web import Pages
from portal.core.web.prose import prose
from portal.purchasing_systems import (  # noqa: F401  # what meetings know; kinds of joint decision; what follows; what is told
    board_systems,
    matters,
    subscriptions,
    warnings,
)
from portal.questionnaires.wording import facts_of

pages = Pages("purchasing_systems", "portal.purchasing_systems")
pages.add_app_template_filter(prose, "prose")
pages.add_app_template_filter(facts_of, "question_facts")

from portal.purchasing_systems.routes import (  # noqa: E402, F401  # each declares its pages on the object above
    agreements,
    asking,
    clarification_days,
    closing,
    comments,
    critical_path,
    documents,
    external,
    lead,
    leading,
    moving,
    offers,
    participation,
    parts,
    profiles,
    programmes,
    question_builder,
    question_modifications,
    questions,
    registers,
    rounds,
    set_up,
    specifications,
    systems,
    take_on,
    terms,
    timetables,
    versions,
    weights,
)
