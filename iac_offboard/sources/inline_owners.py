"""Which resources of the configuration own the inline policies of something, whole.

Their next apply takes out what they do not write, so it takes out a deny of ours too. Sources,
Terraform AWS provider: aws_iam_role ("inline_policy": exclusive once one block stands there),
aws_iam_role_policies_exclusive, aws_ssoadmin_permission_set_inline_policy (a permission set has
one inline policy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iac_offboard.hcl.resources import Resource, Root
from iac_offboard.hcl.values import List, Str
from iac_offboard.model import InlineOwner

_ANY = "*"
# Type -> the kind of what it owns, and the attribute that names that.
_OWNS: Mapping[str, tuple[str, str]] = {
    "aws_iam_role": ("iam_role", "name"),
    "aws_iam_role_policies_exclusive": ("iam_role", "role_name"),
    "aws_ssoadmin_permission_set_inline_policy": ("sso_permission_set", "permission_set_arn"),
}


def inline_owners_in(root: Root, label: str) -> Iterator[InlineOwner]:
    """Those of one root; ``label`` is what it is called everywhere."""
    for resource in root.resources_of(lambda mode, type_: mode == "managed" and type_ in _OWNS):
        if resource.type == "aws_iam_role" and not _has_blocks(resource):
            continue
        kind, attribute = _OWNS[resource.type]
        value = resource.attrs.get(attribute)
        name = value.render(_ANY) if isinstance(value, Str) else _ANY
        yield InlineOwner(root=label, address=resource.address, kind=kind, name=name)


def _has_blocks(resource: Resource) -> bool:
    """Blocks whose number is not known before apply count as well."""
    blocks = resource.attrs.get("inline_policy")
    return blocks is not None and not (isinstance(blocks, List) and not blocks.elements)
