"""Functions of upper floors that the lower ones call by name, looked up when they are needed."""

from __future__ import annotations

import importlib
from typing import Any


def hook(path: str) -> Any:
    """The attribute that ``package.module:name`` leads to, or None where there is no such module or name.

    A module that exists and fails to import is an error, and shows as one.
    """
    module_name, _, attribute = path.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            return None
        raise
    return getattr(module, attribute, None)
