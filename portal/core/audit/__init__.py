"""The trail: actions say what was done; the lines are chained and written as the last statement before commit."""

from portal.core.audit.trail import head_before, record, record_sealed

__all__ = ["head_before", "record", "record_sealed"]
