"""The way of an evaluation, and of a seat on its panel.

A panel's stage is written by `app.move_panel` alone: it looks for itself whether every answer has its agreed score before
price is unlocked, and locks what was agreed.
"""

from sqlalchemy.orm import Session

from portal.core.types import Actor
from portal.core.workflow import Machine, Move
from portal.evaluation.models import Panel, PanelMember
from portal.evaluation.queries.panels import declarations_awaited
from tenants.permissions import Permission


def _led(session: Session, actor: Actor, panel: Panel) -> str | None:
    return None if actor.leads(panel.system_id) else "The lead authority runs the evaluation."


def _declared(session: Session, actor: Actor, panel: Panel) -> str | None:
    awaited = declarations_awaited(session, panel.id)
    if not awaited:
        return None
    return f"Every declaration of interests comes first, and a ruling on it. Awaited: {'; '.join(awaited)}."


RUN = str(Permission.PANEL_RUN)
PANEL = Machine(
    "evaluation.panel",
    Panel,
    (
        Move("begin_scoring", ("forming",), "scoring", RUN, "Begin scoring", (_led, _declared)),
        Move("begin_moderation", ("scoring",), "moderating", RUN, "Begin moderation", (_led,)),
        Move(
            "agree_quality",
            ("scoring", "moderating"),
            "quality_agreed",
            RUN,
            "Agree quality and unlock the prices",
            (_led,),
        ),
        Move("sign_off", ("quality_agreed",), "signed_off", RUN, "Sign off the results", (_led,)),
        Move("reopen", ("signed_off",), "moderating", RUN, "Re-open the evaluation", (_led,)),
    ),
    writer="app.move_panel",
)

MEMBER = Machine(
    "evaluation.member",
    PanelMember,
    (Move("remove", ("active",), "removed", RUN, "Remove from the panel"),),
)
