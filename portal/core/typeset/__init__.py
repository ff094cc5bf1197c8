"""Typeset documents: the letters and records the portal hands out, as tagged PDF.

Pure functions on plain values: no request, no database, no clock. A template lays out,
Python words the values (`wording`), and values reach the template as data, never as code.
"""

from portal.core.typeset.compiler import TypesetFailed, typeset
from portal.core.typeset.trail import Trail

__all__ = ["Trail", "TypesetFailed", "typeset"]
