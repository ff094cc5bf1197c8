"""What is bought under the system, and its end: award, block contract, close."""

from portal.decisions.kinds import MatterKind, register_kind

AWARD = register_kind(
    MatterKind(
        name="award",
        title="Award",
        rule="lead",
        question_template=(
            "That the contracts of {round} of {system} be awarded as the evaluation report recommends, under the authority recorded below."
        ),
        yes="The lead may make the award, for all, from the day its decision takes effect.",
        no="Nothing is awarded. The lead can ask again with a reason.",
        silent="Nothing is awarded yet.",
        late="The award can be made from the day the late decision takes effect, while the prices still hold.",
    )
)
BLOCK_CONTRACT = register_kind(
    MatterKind(
        name="block_contract",
        title="Buy a block contract",
        rule="each_for_itself",
        question_template="Whether this council takes a share in the block contract “{contract}” under {system}.",
        yes="This council takes its share and is bound by the block contract, once it is made.",
        no="This council takes no share and pays nothing for it. The others divide the block among themselves.",
        silent="This council has no share yet. The contract can be made without it.",
        late="This council can have a share only if there is still one when its decision takes effect.",
    )
)
CLOSE = register_kind(
    MatterKind(
        name="close",
        title="Close the system",
        rule="lead_plus_majority",
        question_template=(
            "That {system} close on {closes_on}. No call-off is made after that day; those made before run to their end."
        ),
        yes="This council has agreed to close. The system closes when the lead and more than half of the councils have agreed.",
        no="This council has not agreed. The system closes all the same if the lead and more than half agree.",
        silent="This council is not counted among those who agree. The system stays open until enough do.",
        late="A late agreement still counts, and the system closes no earlier than the day it takes effect.",
    )
)
