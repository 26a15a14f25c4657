"""Which workloads run as a role that matched: Lambda, ECS task definitions, EC2 instances.

Asked only in accounts where a role matched, for all three take their role from their own account
(Lambda, ECS and EC2 developer guides: the role is passed by who creates the workload), so a run
over people alone costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from iac_offboard.catalog.principal import parse_arn, parse_principal
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.reply import Reply, struct, structs, text
from iac_offboard.clouds.reply import strings as texts
from iac_offboard.live.aws.gather import Gather
from iac_offboard.model import Observation, Principal, PrincipalKind, Relation, Target

WORKLOAD_SERVICES = ("lambda", "ecs", "ec2")
WORKLOAD = frozenset({"workload"})
"""What a refused question hides (``Skipped.kinds``): no binding, but whether one is in use."""

_GONE = ("shutting-down", "terminated")  # EC2 API reference, InstanceState: never started again

Roles: TypeAlias = frozenset[str]
"""Names of the roles of one account that matched, as AWS spells them."""


def matched_roles(observations: Iterable[Observation]) -> Mapping[str, Roles]:
    """The roles that were found to be identities of a leaver, by account."""
    found: dict[str, set[str]] = {}
    for observation in observations:
        binding = observation.binding
        is_role = binding.principal.kind is PrincipalKind.IAM_ROLE
        if is_role and binding.relation is Relation.IDENTITY and binding.principal.account:
            found.setdefault(binding.principal.account, set()).add(binding.principal.value)
    return {account: frozenset(names) for account, names in found.items()}


class Workloads:
    """What runs as ``roles`` in one account. ``read_profiles`` first, then each region; a region
    gets a reading of its own (``of_region``), for a Gather serves one thread."""

    def __init__(self, session: AccountSession, roles: Roles) -> None:
        self.gather = Gather(session)
        self._roles = roles
        self._by_name = {name.lower(): name for name in roles}
        self._profiles: dict[str, str] = {}

    def of_region(self) -> Workloads:
        """An empty reading that knows the same roles and instance profiles."""
        other = Workloads(self.gather.session, self._roles)
        other._profiles = self._profiles
        return other

    def read_profiles(self) -> None:
        """The instance profiles that hold one of the roles: an instance names its profile."""
        for role in sorted(self._roles):
            for page in self.gather.pages(
                "iam",
                "ListInstanceProfilesForRole",
                kinds=WORKLOAD,
                about=f"instance profiles of role {role}",
                RoleName=role,
            ):
                for profile in structs(page.data, "InstanceProfiles"):
                    self._profiles[text(profile, "Arn")] = role

    def read_region(self, service: str, region: str) -> None:
        """One of ``WORKLOAD_SERVICES`` in one region."""
        match service:
            case "lambda":
                self._read_functions(region)
            case "ecs":
                self._read_task_definitions(region)
            case _:
                self._read_instances(region)

    def _read_functions(self, region: str) -> None:
        for page in self.gather.pages(
            "lambda", "ListFunctions", kinds=WORKLOAD, region=region, about="functions by role"
        ):
            for function in structs(page.data, "Functions"):
                arn, name = text(function, "FunctionArn"), text(function, "FunctionName")
                self._used(page, text(function, "Role"), "lambda_function", name, arn)

    def _read_task_definitions(self, region: str) -> None:
        for page in self.gather.pages(
            "ecs",
            "ListTaskDefinitionFamilies",
            kinds=WORKLOAD,
            region=region,
            about="task definitions by role",
            status="ACTIVE",
        ):
            for family in texts(page.data, "families"):
                self._read_task_definition(family, region)

    def _read_task_definition(self, family: str, region: str) -> None:
        """The family alone means its latest active revision (ECS API reference,
        DescribeTaskDefinition)."""
        reply = self.gather.ask(
            "ecs",
            "DescribeTaskDefinition",
            kinds=WORKLOAD,
            region=region,
            about=f"task definition {family}",
            taskDefinition=family,
        )
        if reply is None:
            return
        found = struct(reply.data, "taskDefinition")
        arn = text(found, "taskDefinitionArn")
        name = arn.rsplit("/", 1)[-1] or family
        spelled = (text(found, "taskRoleArn"), text(found, "executionRoleArn"))
        for role in dict.fromkeys(spelled):
            self._used(reply, role, "ecs_task_definition", name, arn)

    def _read_instances(self, region: str) -> None:
        if not self._profiles:
            return
        session = self.gather.session
        by_profile = {"Name": "iam-instance-profile.arn", "Values": sorted(self._profiles)}
        for page in self.gather.pages(
            "ec2",
            "DescribeInstances",
            kinds=WORKLOAD,
            region=region,
            about="instances by instance profile",
            Filters=[by_profile],
        ):
            for reservation in structs(page.data, "Reservations"):
                for instance in structs(reservation, "Instances"):
                    profile = text(struct(instance, "IamInstanceProfile"), "Arn")
                    if text(struct(instance, "State"), "Name") not in _GONE:
                        name = text(instance, "InstanceId")
                        place = f"{session.partition}:ec2:{region}:{session.account}"
                        role = self._profiles.get(profile, "")
                        self._used(page, role, "ec2_instance", name, f"arn:{place}:instance/{name}")

    def _used(self, reply: Reply, spelled: str, kind: str, name: str, arn: str) -> None:
        """``spelled`` is the role's ARN or, in ECS, its name alone."""
        account = self.gather.session.account
        way = "aws.principal" if parse_arn(spelled) else "aws.role_name"
        role = parse_principal(way, spelled, account=account)
        if role is None or role.kind is not PrincipalKind.IAM_ROLE or role.account != account:
            return
        known = self._by_name.get(role.value.lower())
        if known is None:
            return
        identity = Principal(
            provider="aws", kind=PrincipalKind.IAM_ROLE, value=known, account=account
        )
        workload = Target(
            provider="aws", kind=kind, name=name, account=account, region=reply.region, arn=arn
        )
        self.gather.used_by(reply, identity, workload)
