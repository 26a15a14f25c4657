"""The data source of the template provider: a template and its variables, as ``templatefile``
takes them (its page in the Terraform registry recommends that function in its place)."""

from __future__ import annotations

from collections.abc import Callable

from iac_offboard.hcl.calls import rendered
from iac_offboard.hcl.context import Context
from iac_offboard.hcl.values import Map, Unknown, Value

_TYPE, _ATTRIBUTE = "template_file", "rendered"


def renderer(type_: str, attribute: str, context: Context) -> Callable[[Map], Value] | None:
    """What renders this attribute of a data source; None when it is no template."""
    if (type_, attribute) != (_TYPE, _ATTRIBUTE):
        return None
    return lambda attrs: _render(attrs, context)


def _render(attrs: Map, context: Context) -> Value:
    template = attrs.get("template")
    if template is None:
        return Unknown("the template is not given")
    variables = attrs.get("vars")
    return rendered(template, Map(()) if variables is None else variables, context)
