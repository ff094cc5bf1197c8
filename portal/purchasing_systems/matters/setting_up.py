"""Coming together: take part, agree what is bought, begin, let another authority in."""

from portal.decisions.kinds import MatterKind, register_kind

TAKE_PART = register_kind(
    MatterKind(
        name="take_part",
        title="Take part in the system",
        rule="each_for_itself",
        question_template="Whether this council will take part in {system}, led by {lead}, on the terms in its documents.",
        yes="This council takes part: it decides with the others, evaluates, and can buy through the system once it is in use.",
        no="This council does not take part. The others go on without it.",
        silent="This council does not take part yet. It may read what is shared while it considers. The others do not wait.",
        late="This council takes part from the day its decision takes effect. What was decided before stands.",
    )
)
ADOPT_VERSION = register_kind(
    MatterKind(
        name="adopt_version",
        title="Adopt a version of the specification",
        rule="every_participant",
        question_template=(
            "That {version} of {system}, “{version_title}”, be the specification that this council buys to. It is agreed only when "
            "every participating council has agreed."
        ),
        yes="This council has agreed to this version. It is adopted on the day the last council’s decision takes effect.",
        no="This version is adopted for nobody. It is changed and put again, or the councils go on with the version they have.",
        silent="This version is not adopted yet: every council’s decision is needed, and silence is not agreement.",
        late="A late agreement counts, and the version is adopted that much later, for all.",
        before_commencement=True,
    )
)
# Whether a council takes part at all is its own decision (`take_part`), so one that is slow to say when to begin need not hold up
# those that are ready. The lead runs the procurement and carries its risk, so it never begins without the lead.
COMMENCE = register_kind(
    MatterKind(
        name="commence",
        title="Commence the procurement",
        rule="lead_plus_majority",
        question_template=(
            "That the procurement of {round} of {system} commence on the specification, criteria and weights set out in its documents."
        ),
        yes="This council has agreed to commence. The round can be published once the lead and more than half have agreed.",
        no="This council has not agreed. The round is published all the same once the lead and more than half agree; taking part is its own choice.",
        silent="This council is not counted among those who agree. The round cannot be published until enough do.",
        late="A late agreement still counts. Once the lead and more than half have agreed, nobody waits for the others.",
        before_commencement=True,
    )
)
JOIN = register_kind(
    MatterKind(
        name="join",
        title="Let an authority join",
        rule="every_participant",
        question_template=(
            "That {authority}, which the notice names or describes as a possible user, join {system}. It joins only when every "
            "participating council has agreed and its own decision is in effect."
        ),
        yes="This council has agreed. The authority joins on the day the last council’s decision takes effect.",
        no="The authority does not join. Nothing changes for the councils that take part.",
        silent="The authority does not join yet: every council’s agreement is needed, and silence is not agreement.",
        late="A late agreement counts, and the authority joins that much later.",
    )
)
