"""A form on a page, as a person finds it: what stands in it, what it offers, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import html5lib


@dataclass
class Form:
    """`values`: what would be sent, by name; `offers`: of radios, checkboxes and selects, value to label."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, dict[str, str]] = field(default_factory=dict)

    def fill(self, **values: Any) -> Form:
        """Type or choose: a string, or a list for a day and for boxes to tick. Raises KeyError for what the form has not."""
        for name, value in values.items():
            key = name.replace("__", "-")
            if key not in self.values and key not in self.offers:
                raise KeyError(key)
            self.values[key] = [value] if isinstance(value, str) else list(value)
        return self

    def put(self, key: str, *values: str) -> None:
        """The same by the name as it is in the form."""
        self.fill(**{key.replace("-", "__"): list(values)})


def words_of(element: Any) -> str:
    """The text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def forms_of(html: str) -> list[Form]:
    """Every form of a page but those of the header."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    main = next(tree.iter("main"))
    labels = {e.get("for"): words_of(e) for e in main.iter("label")}
    return [_form(element, labels) for element in main.iter("form")]


def form_with(html: str, name: str) -> Form:
    """The form that has this field. Raises LookupError."""
    for form in forms_of(html):
        if name in form.values or name in form.offers:
            return form
    raise LookupError(f"No form with {name}.")


def _form(element: Any, labels: dict[str, str]) -> Form:
    form = Form(element.get("action", ""))
    for control in element.iter():
        name = control.get("name") if isinstance(control.tag, str) else None
        if not name or name == "csrf_token":
            continue
        if control.tag == "textarea":
            form.values.setdefault(name, []).append("".join(control.itertext()))
        elif control.tag == "select":
            chosen = [o for o in control.iter("option") if o.get("selected") is not None] or list(
                control.iter("option")
            )[:1]
            form.values[name] = [o.get("value") for o in chosen]
            form.offers[name] = {o.get("value"): words_of(o) for o in control.iter("option")}
        elif control.tag == "input" and control.get("type") in ("radio", "checkbox"):
            form.offers.setdefault(name, {})[control.get("value")] = labels[control.get("id")]
            if control.get("checked") is not None:
                form.values.setdefault(name, []).append(control.get("value"))
        elif control.tag == "input" and control.get("type") not in ("file", "submit"):
            form.values.setdefault(name, []).append(control.get("value", ""))
    return form
