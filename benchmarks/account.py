"""A large AWS account with one leaver who has everything, behind the strict layer.

The benchmark counts the requests that looking at it takes; tests/requests holds them to the
bounds. Users and roles are put straight into the server's memory, the leaver's own things are
made over HTTP as anybody would make them.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from math import ceil
from typing import Any

from iac_offboard.demo.calls import Caller, document
from iac_offboard.demo.strict import Config, StrictAws, StrictServer

ACCOUNT = "111122223333"
LEAVER = "alice"
LEAVER_ARN = f"arn:aws:iam::{ACCOUNT}:user/{LEAVER}"
HOME = "us-east-1"
# What an account has without opting in (AWS General Reference, Regions).
DEFAULT_REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
)
IDENTITY_SERVICES = ("iam", "sts", "identitystore", "sso", "sso-admin", "organizations")
_PAGED = ("GetAccountAuthorizationDetails", "ListRoles")
GROUPS = tuple(f"team-{number}" for number in range(10))  # as many as the quota allows
ROSTER = f"""\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    aliases: [alice@example.com, {LEAVER}, "{LEAVER_ARN}"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Requests of one look, as the server counted them. ``pages`` are those of the one bulk read
    of IAM and of the list of its roles; ``lists`` and ``details`` belong to resource policies;
    ``other`` is the rest."""

    pages: int
    identity: int
    lists: int
    details: int
    other: int

    @property
    def constant(self) -> int:
        """Identity requests that do not grow with the account."""
        return self.identity - self.pages


class BigAccount:
    """``with BigAccount(users=2000, roles=500) as account:``; one at a time in a process.

    ``resources`` is how many things with a resource policy there are of each kind, all in the
    home region but one queue.
    """

    def __init__(
        self,
        *,
        users: int,
        roles: int,
        resources: int = 2,
        regions: tuple[str, ...] = DEFAULT_REGIONS,
    ) -> None:
        self.server = StrictServer(Config(management_account=ACCOUNT, regions=regions))
        self.app.seed_users(users - 1)
        self.app.seed_roles(roles - 1)
        self.users, self.roles, self.regions = users, roles, regions
        self._caller = Caller(self.server.url, self.app.config.root)
        self._leaver()
        self._center()
        self.resources = self._resources(resources)
        self.app.reset_counts()

    @property
    def app(self) -> StrictAws:
        return self.server.app

    @property
    def pages(self) -> int:
        """How many pages the bulk read of IAM and the list of roles have, at 1,000 a page."""
        entities = self.users + self.roles + len(GROUPS)
        return ceil(entities / 1000) + ceil(self.roles / 1000)

    def environment(self) -> dict[str, str]:
        """The settings by which an AWS SDK looks at this account and at nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": self.app.config.root.key_id,
            "AWS_SECRET_ACCESS_KEY": self.app.config.root.secret,
            "AWS_DEFAULT_REGION": HOME,
            "AWS_REGION": HOME,
            "AWS_CONFIG_FILE": "/nonexistent/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def counted(self) -> Counted:
        """What was asked since the last call."""
        asked = self.app.counts()
        self.app.reset_counts()
        by_service: dict[str, dict[str, int]] = {}
        for name, times in asked.items():
            service, _, operation = name.partition(":")
            by_service.setdefault(service, {})[operation] = times
        identity = sum(sum(by_service.pop(s, {}).values()) for s in IDENTITY_SERVICES)
        other = sum(by_service.pop("ec2", {}).values())
        rest = [(operation, n) for asked in by_service.values() for operation, n in asked.items()]
        return Counted(
            pages=sum(asked.get(f"iam:{operation}", 0) for operation in _PAGED),
            identity=identity,
            lists=sum(n for operation, n in rest if _is_list(operation)),
            details=sum(n for operation, n in rest if not _is_list(operation)),
            other=other,
        )

    def __enter__(self) -> BigAccount:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.close()

    # ------------------------------------------------------------------ the leaver

    def _leaver(self) -> None:
        iam = self._caller.client("iam")
        mail = [{"Key": "email", "Value": "alice@example.com"}]
        iam.create_user(UserName=LEAVER, Tags=mail)
        for _ in range(2):
            iam.create_access_key(UserName=LEAVER)
        iam.create_login_profile(UserName=LEAVER, Password="aA1!benchmark-only-secret")
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=LEAVER)["VirtualMFADevice"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=LEAVER, SerialNumber=device["SerialNumber"], **codes)
        iam.upload_ssh_public_key(UserName=LEAVER, SSHPublicKeyBody="ssh-rsa AAAA alice")
        git = "codecommit.amazonaws.com"
        iam.create_service_specific_credential(UserName=LEAVER, ServiceName=git)
        for group in GROUPS:
            iam.create_group(GroupName=group)
            iam.add_user_to_group(GroupName=group, UserName=LEAVER)
        own = document("s3:ListAllMyBuckets", "*")
        iam.put_user_policy(UserName=LEAVER, PolicyName="own", PolicyDocument=own)
        audit = "arn:aws:iam::aws:policy/SecurityAudit"
        iam.attach_user_policy(UserName=LEAVER, PolicyArn=audit)
        trust = _allow("sts:AssumeRole", None)
        iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)

    def _center(self) -> None:
        sso = self._caller.client("sso-admin")
        store = self._caller.client("identitystore")
        instance = sso.list_instances()["Instances"][0]
        where = {"IdentityStoreId": instance["IdentityStoreId"]}
        user = store.create_user(
            UserName=LEAVER,
            DisplayName="Alice",
            Name={"FamilyName": "Example", "GivenName": "Alice"},
            Emails=[{"Value": "alice@example.com", "Type": "work", "Primary": True}],
            **where,
        )["UserId"]
        group = store.create_group(DisplayName="ops", **where)["GroupId"]
        store.create_group_membership(GroupId=group, MemberId={"UserId": user}, **where)
        arn = instance["InstanceArn"]
        made = sso.create_permission_set(InstanceArn=arn, Name="admin")["PermissionSet"]
        sso.create_account_assignment(
            InstanceArn=arn,
            TargetId=ACCOUNT,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=made["PermissionSetArn"],
            PrincipalType="USER",
            PrincipalId=user,
        )

    # ------------------------------------------------------------------ what names the leaver

    def _resources(self, each: int) -> int:
        """``each`` of every kind, and one queue in another region; how many that are."""
        makers = (_key, _bucket, _queue, _topic, _secret, _function, _repository)
        for number in range(each):
            for make in makers:
                make(self._caller, number)
        far = [region for region in self.regions if region != HOME]
        if each and far:
            _queue(Caller(self.server.url, self.app.config.root, far[-1]), each)
        return len(makers) * each + (1 if each and far else 0)


def _is_list(operation: str) -> bool:
    """Lists of resources; a key's grants belong to the resource."""
    return operation != "ListGrants" and operation.startswith(("List", "DescribeRepositories"))


def _allow(action: str, resource: str | None = "*") -> str:
    statement: dict[str, object] = {
        "Sid": "People",
        "Effect": "Allow",
        "Principal": {"AWS": LEAVER_ARN},
        "Action": action,
    }
    if resource:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _key(caller: Caller, _: int) -> None:
    kms = caller.client("kms")
    key = kms.create_key(Policy=_allow("kms:*"))["KeyMetadata"]["KeyId"]
    kms.create_grant(KeyId=key, GranteePrincipal=LEAVER_ARN, Operations=["Decrypt"])


def _bucket(caller: Caller, number: int) -> None:
    s3, name = caller.client("s3"), f"team-files-{number}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=_allow("s3:*", f"arn:aws:s3:::{name}/*"))


def _queue(caller: Caller, number: int) -> None:
    sqs = caller.client("sqs")
    url = sqs.create_queue(QueueName=f"jobs-{number}")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _allow("sqs:*")})


def _topic(caller: Caller, number: int) -> None:
    sns = caller.client("sns")
    arn = sns.create_topic(Name=f"news-{number}")["TopicArn"]
    policy = {"AttributeName": "Policy", "AttributeValue": _allow("sns:Publish")}
    sns.set_topic_attributes(TopicArn=arn, **policy)


def _secret(caller: Caller, number: int) -> None:
    manager, name = caller.client("secretsmanager"), f"db-{number}"
    manager.create_secret(Name=name, SecretString="benchmark-only")
    manager.put_resource_policy(SecretId=name, ResourcePolicy=_allow("secretsmanager:*"))


def _function(caller: Caller, number: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return 1\n")
    functions: Any = caller.client("lambda")
    name = f"report-{number}"
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{ACCOUNT}:role/role-00000",
        Handler="main.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    functions.add_permission(
        FunctionName=name,
        StatementId="People",
        Action="lambda:InvokeFunction",
        Principal=LEAVER_ARN,
    )


def _repository(caller: Caller, number: int) -> None:
    ecr, name = caller.client("ecr"), f"app-{number}"
    ecr.create_repository(repositoryName=name)
    ecr.set_repository_policy(repositoryName=name, policyText=_allow("ecr:*"))
