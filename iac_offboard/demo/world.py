"""The demo's world: two accounts, a team under Terraform, and what Terraform does not know.

alice is the leaver; bob, carol and dave stay. The management account is the team's; the account
``security`` trusts some of them by hand. ``probe`` makes the same calls with one user's own key
before and after; ``snapshot`` reads every binding of every account through the bootstrap key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from secrets import token_urlsafe

from iac_offboard.demo.calls import Caller, document
from iac_offboard.demo.strict import AccessKeyPair, StrictServer
from iac_offboard.demo.terraform import TerraformRun, Toolchain, provider_override

TEAM, SECURITY = "111122223333", "444455556666"
ACCESS_ROLE = f"arn:aws:iam::{SECURITY}:role/OrganizationAccountAccessRole"
AUDIT_ROLE = f"arn:aws:iam::{SECURITY}:role/audit"
DEPLOY_ROLE = f"arn:aws:iam::{TEAM}:role/deploy"
ALERTS = f"arn:aws:sns:us-east-1:{TEAM}:alerts"
BUCKET = "example-team-artifacts"
LEAVER, OTHERS = "alice", ("bob", "carol", "dave")
HAND_MADE_GROUP = "cost-reports"
SERVICES = ("iam", "s3", "sns", "sts")


@dataclass(slots=True, kw_only=True)
class World:
    """``keys`` holds each user's managed key, ``unmanaged`` the leaver's second one; both stay
    in memory, for the probes."""

    server: StrictServer
    toolchain: Toolchain
    root_module: Path
    keys: dict[str, AccessKeyPair] = field(default_factory=dict, repr=False)
    unmanaged: AccessKeyPair | None = field(default=None, repr=False)

    @property
    def bootstrap(self) -> AccessKeyPair:
        return self.server.app.config.root

    @property
    def terraform(self) -> TerraformRun:
        return TerraformRun(self.toolchain, self.root_module, self.credentials())

    def credentials(self) -> dict[str, str]:
        """The bootstrap key as AWS SDKs and Terraform read it from the environment."""
        return {
            "AWS_ACCESS_KEY_ID": self.bootstrap.key_id,
            "AWS_SECRET_ACCESS_KEY": self.bootstrap.secret,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def environment(self) -> dict[str, str]:
        """``credentials`` and where the SDK's calls go."""
        return {**self.credentials(), "AWS_ENDPOINT_URL": self.server.url}

    def caller(self, key: AccessKeyPair | None = None) -> Caller:
        """Calls with ``key``, or with the bootstrap key."""
        return Caller(self.server.url, key or self.bootstrap)

    def security(self) -> Caller:
        """Calls in the account ``security``, through the role that the organization made."""
        return self.caller(self.caller().assume(ACCESS_ROLE, "demo"))


def start(root_module: Path, toolchain: Toolchain) -> World:
    """An empty cloud of two accounts. ``root_module`` is where the example goes."""
    server = StrictServer()
    server.app.add_account(SECURITY, "security")
    return World(server=server, toolchain=toolchain, root_module=root_module)


def copy_example(directory: Path) -> None:
    """The example's files; the directory is made."""
    directory.mkdir(parents=True, exist_ok=True)
    for source in files("iac_offboard.demo").joinpath("example").iterdir():
        if source.name.endswith(".tf"):
            (directory / source.name).write_bytes(source.read_bytes())


def apply_example(world: World) -> None:
    """Copies the example, points its provider at the server and applies it with Terraform."""
    copy_example(world.root_module)
    override = provider_override(world.toolchain, world.server.url, SERVICES)
    (world.root_module / "provider_override.tf").write_text(override, encoding="utf-8")
    (world.root_module / ".gitignore").write_text(
        "*.tfstate*\n.terraform*\n*_override.tf\n", encoding="utf-8"
    )
    world.terraform.apply()
    world.keys = managed_keys(world.terraform.show_json())


def managed_keys(state: str) -> dict[str, AccessKeyPair]:
    """User name -> access key, out of ``terraform show -json`` of the state."""
    resources = json.loads(state)["values"]["root_module"]["resources"]
    return {
        values["user"]: AccessKeyPair(key_id=values["id"], secret=values["secret"])
        for values in (r["values"] for r in resources if r["type"] == "aws_iam_access_key")
    }


def add_unmanaged(world: World) -> None:
    """What people do by hand: a second key, a password, an MFA device, a group, a trust."""
    iam = world.caller().client("iam")
    made = iam.create_access_key(UserName=LEAVER)["AccessKey"]
    world.unmanaged = AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    iam.create_login_profile(UserName=LEAVER, Password=f"aA1!{token_urlsafe(24)}")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=LEAVER)["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName=LEAVER,
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    iam.create_group(GroupName=HAND_MADE_GROUP)
    iam.put_group_policy(
        GroupName=HAND_MADE_GROUP,
        PolicyName="read",
        PolicyDocument=document("s3:ListAllMyBuckets", "*"),
    )
    for user in (LEAVER, "carol"):
        iam.add_user_to_group(GroupName=HAND_MADE_GROUP, UserName=user)
    arns = [iam.get_user(UserName=user)["User"]["Arn"] for user in (LEAVER, "bob")]
    trust = {"Effect": "Allow", "Principal": {"AWS": arns}, "Action": "sts:AssumeRole"}
    remote = world.security().client("iam")
    remote.create_role(
        RoleName="audit",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    remote.attach_role_policy(RoleName="audit", PolicyArn="arn:aws:iam::aws:policy/SecurityAudit")


def probe(world: World, key: AccessKeyPair) -> dict[str, bool | str]:
    """Call -> True when it was answered, else the AWS error code. The calls are the same for
    everybody, so that two probes of one key can be compared."""
    caller = world.caller(key)
    made: Mapping[str, tuple[str, str, dict[str, object]]] = {
        "who am I": ("sts", "get_caller_identity", {}),
        "read my user": ("iam", "get_user", {}),
        "list users": ("iam", "list_users", {}),
        "list buckets": ("s3", "list_buckets", {}),
        "list topics": ("sns", "list_topics", {}),
        "publish an artifact": (
            "s3",
            "put_object",
            {"Bucket": BUCKET, "Key": "probe", "Body": b"probe"},
        ),
        "read an artifact": ("s3", "get_object", {"Bucket": BUCKET, "Key": "probe"}),
        "raise an alert": ("sns", "publish", {"TopicArn": ALERTS, "Message": "probe"}),
        "assume deploy": ("sts", "assume_role", _role(DEPLOY_ROLE)),
        "assume audit": ("sts", "assume_role", _role(AUDIT_ROLE)),
    }
    return {name: caller.attempt(*call) for name, call in made.items()}


def _role(arn: str) -> dict[str, object]:
    return {"RoleArn": arn, "RoleSessionName": "probe"}
