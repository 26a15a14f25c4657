"""A filter of ec2:DescribeInstances that moto lacks: the instance profile."""

from __future__ import annotations

from moto.ec2.models import ec2_backends

from iac_offboard.demo.strict.wire import Request

_BY_PROFILE = "iam-instance-profile.arn"
_NOBODY = "i-00000000000000000"


def by_instance_id(request: Request, account: str) -> dict[str, str]:
    """What to change in the form, so that a filter by profile is one by instance id."""
    changed: dict[str, str] = {}
    for name in [n for n, value in request.params.items() if value == _BY_PROFILE]:
        stem = f"{name.removesuffix('.Name')}.Value."
        values = {n: v for n, v in request.params.items() if n.startswith(stem)}
        wanted = set(values.values())
        ids = [
            association.instance.id
            for association in ec2_backends[account][
                request.region
            ].iam_instance_profile_associations.values()
            if association.iam_instance_profile.arn in wanted
        ]
        changed |= dict.fromkeys(values, "")  # an empty value is left out of the form
        changed[name] = "instance-id"
        changed |= {f"{stem}{n}": i for n, i in enumerate(ids or [_NOBODY], start=1)}
    return changed
