"""The joint decisions that purchasing systems know: their kinds, and what each is asked with."""

from portal.purchasing_systems.matters.going_on import CHANGE_LEAD, EXTEND, EXTEND_TOGETHER, LEAVE, RENEW
from portal.purchasing_systems.matters.outcome import APPROVE_OUTCOME, USE_ADMITTED
from portal.purchasing_systems.matters.setting_up import ADOPT_VERSION, COMMENCE, JOIN, TAKE_PART
from portal.purchasing_systems.matters.spending import AWARD, BLOCK_CONTRACT, CLOSE

__all__ = [
    "ADOPT_VERSION",
    "APPROVE_OUTCOME",
    "AWARD",
    "BLOCK_CONTRACT",
    "CHANGE_LEAD",
    "CLOSE",
    "COMMENCE",
    "EXTEND",
    "EXTEND_TOGETHER",
    "JOIN",
    "LEAVE",
    "RENEW",
    "TAKE_PART",
    "USE_ADMITTED",
]
