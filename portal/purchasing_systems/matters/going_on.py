"""How long, and under whose lead: extend, each for itself or together, leave, change the lead authority."""

from portal.decisions.kinds import MatterKind, register_kind

EXTEND = register_kind(
    MatterKind(
        name="extend",
        title="Extend",
        rule="each_for_itself",
        question_template=(
            "Whether this council extends its use of {system} from {ends_on} to {new_end} ({point}). Each council decides for itself."
        ),
        yes="This council goes on using the system to the new end. Councils that decline leave on the day the term ends.",
        no="For this council the system ends on the day it would have ended. The other councils are not affected.",
        silent="For this council the system ends on the day it would have ended: without a decision in effect it makes no call-off after.",
        late=(
            "The extension has effect from the day the late decision does. Between the end of the term and that day this council makes "
            "no call-off."
        ),
    )
)
EXTEND_TOGETHER = register_kind(
    MatterKind(
        name="extend_together",
        title="Extend together",
        rule="minimum",
        late_rule="stays_out",
        question_template=(
            "Whether this council extends its use of {system} from {ends_on} to {new_end} ({point}), if at least {minimum} councils do. "
            "Otherwise it is extended for nobody."
        ),
        yes="This council goes on to the new end, if enough councils say yes. If too few do, it is extended for nobody.",
        no="For this council the system ends on the day it would have ended, even if the others extend.",
        silent="This council is not counted. If too few say yes without it, the system is extended for nobody.",
        late=(
            "A decision recorded after the day does not count, not even where enough others extend: the council is out, unless the question "
            "is put anew."
        ),
    )
)
RENEW = register_kind(
    MatterKind(
        name="renew",
        title="Renew membership",
        rule="each_for_itself",
        question_template=(
            "Whether {authority} renews its membership of {system} until {renew_until}, on {version}. The term of the system itself is not "
            "changed by it."
        ),
        yes="This council’s membership is renewed for a term of its own. Whether the system is extended is another question.",
        no="Its membership is not renewed. It goes on as before until its term ends or it decides to leave.",
        silent="Its membership is not renewed yet.",
        late="It is renewed from the day the late decision takes effect.",
    )
)
LEAVE = register_kind(
    MatterKind(
        name="leave",
        title="Leave the system",
        rule="each_for_itself",
        question_template=(
            "That {authority} leave {system} on {exit_on}. Call-offs made before run to their end; none is made after that day."
        ),
        yes="This council leaves on the day stated. Its call-offs run to their end. It makes none after that day.",
        no="This council stays, as before.",
        silent="This council stays until a decision of its own to leave takes effect.",
        late="It leaves on the day stated, or on the day its decision takes effect if that is later.",
    )
)
CHANGE_LEAD = register_kind(
    MatterKind(
        name="change_lead",
        title="Change the lead authority",
        rule="every_participant",
        question_template=(
            "That {authority} become the lead authority of {system} in place of {lead}, from the day on which an officer of {authority} takes "
            "the lead over."
        ),
        yes=(
            "Once every council has said yes, with effect, an officer of the new lead takes the lead over. From that moment it alone "
            "publishes, puts questions and issues agreements. What the present lead has signed stands."
        ),
        no="The lead stays where it is.",
        silent="The lead stays where it is until every council has said yes, with effect.",
        late="The lead can be taken over from the day the late decision takes effect.",
    )
)
