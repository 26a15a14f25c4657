"""Where each service keeps the policy of a resource, and which call writes it."""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import Cloud, region_of
from iac_offboard.apply.aws.documents import Standing
from iac_offboard.apply.aws.users import as_document
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.clouds.reply import Data, Reply, struct, text
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.model import Action


@dataclass(frozen=True, slots=True)
class RoleTrust:
    """A role's unique id (AROA...) tells it from a namesake. A trust policy cannot be empty."""

    def read(self, cloud: Cloud, action: Action) -> Standing | None:
        try:
            reply = cloud.call("iam", "GetRole", {"RoleName": action.target.name})
        except NotFoundError:
            return None
        role = struct(reply.data, "Role")
        planned, found = action.target.unique_id or "", text(role, "RoleId")
        if not planned:
            raise CloudError(
                f"The action {action.id} does not say which role {action.target.name} is meant.",
                operation=action.verb,
                hint="The plan carries no unique id of the role; make a new one.",
            )
        other = "" if found == planned else f"the role is {found}, planned was {planned}"
        document = as_document(role.get("AssumeRolePolicyDocument"))
        return Standing(document=document, reply=reply, other=other)

    def write(self, cloud: Cloud, action: Action, document: str) -> Reply:
        params = {"RoleName": action.target.name, "PolicyDocument": document}
        return cloud.call("iam", "UpdateAssumeRolePolicy", params)


@dataclass(frozen=True, slots=True)
class Simple:
    """A service with one call to read, one to write and perhaps one to delete a policy.

    ``key`` is the parameter that names the resource, ``by_arn`` whether it is named by ARN,
    ``owner`` the parameter for the account that has to own it, ``fixed`` goes with read and
    write. ``document`` is the member of both request and reply that holds the policy."""

    service: str
    key: str
    reads: str
    writes: str
    document: str
    deletes: str = ""
    owner: str = ""
    by_arn: bool = False
    fixed: tuple[tuple[str, str], ...] = ()

    def read(self, cloud: Cloud, action: Action) -> Standing | None:
        params = {**self._resource(cloud, action), **dict(self.fixed)}
        try:
            reply = cloud.call(self.service, self.reads, params, region_of(action))
        except NotFoundError:
            return None
        written = text(reply.data, self.document)
        other = _other_arn(action, text(reply.data, "ARN"))
        if not written and not other:
            return None
        document = as_document(written) if written else None
        return Standing(document=document, reply=reply, other=other)

    def write(self, cloud: Cloud, action: Action, document: str) -> Reply:
        params = {**self._resource(cloud, action), **dict(self.fixed), self.document: document}
        return cloud.call(self.service, self.writes, params, region_of(action))

    def clear(self, cloud: Cloud, action: Action) -> Reply:
        params = self._resource(cloud, action)
        return cloud.call(self.service, self.deletes, params, region_of(action))

    def _resource(self, cloud: Cloud, action: Action) -> dict[str, str]:
        target = action.target
        name = (target.arn or target.name) if self.by_arn else target.name
        return {self.key: name, **({self.owner: cloud.account} if self.owner else {})}


KMS_KEY = Simple(
    service="kms",
    key="KeyId",
    reads="GetKeyPolicy",
    writes="PutKeyPolicy",
    document="Policy",
    by_arn=True,
    fixed=(("PolicyName", "default"),),
)
S3_BUCKET = Simple(
    service="s3",
    key="Bucket",
    reads="GetBucketPolicy",
    writes="PutBucketPolicy",
    deletes="DeleteBucketPolicy",
    document="Policy",
    owner="ExpectedBucketOwner",
)
SECRET = Simple(
    service="secretsmanager",
    key="SecretId",
    reads="GetResourcePolicy",
    writes="PutResourcePolicy",
    deletes="DeleteResourcePolicy",
    document="ResourcePolicy",
)
ECR_REPOSITORY = Simple(
    service="ecr",
    key="repositoryName",
    reads="GetRepositoryPolicy",
    writes="SetRepositoryPolicy",
    deletes="DeleteRepositoryPolicy",
    document="policyText",
    owner="registryId",
)


@dataclass(frozen=True, slots=True)
class Queue:
    """SQS keeps the policy among the attributes; an empty one takes it away."""

    def read(self, cloud: Cloud, action: Action) -> Standing | None:
        try:
            reply = cloud.call(
                "sqs",
                "GetQueueAttributes",
                {"QueueUrl": self._url(cloud, action), "AttributeNames": ["Policy", "QueueArn"]},
                region_of(action),
            )
        except NotFoundError:
            return None
        return _of_attributes(action, reply, "QueueArn")

    def write(self, cloud: Cloud, action: Action, document: str) -> Reply:
        params: Data = {
            "QueueUrl": self._url(cloud, action),
            "Attributes": {"Policy": document},
        }
        return cloud.call("sqs", "SetQueueAttributes", params, region_of(action))

    def clear(self, cloud: Cloud, action: Action) -> Reply:
        return self.write(cloud, action, "")

    def _url(self, cloud: Cloud, action: Action) -> str:
        params = {"QueueName": action.target.name, "QueueOwnerAWSAccountId": cloud.account}
        return text(cloud.call("sqs", "GetQueueUrl", params, region_of(action)).data, "QueueUrl")


@dataclass(frozen=True, slots=True)
class Topic:
    """SNS keeps the policy among the attributes; a topic always has one."""

    def read(self, cloud: Cloud, action: Action) -> Standing | None:
        try:
            params = {"TopicArn": _arn(action)}
            reply = cloud.call("sns", "GetTopicAttributes", params, region_of(action))
        except NotFoundError:
            return None
        return _of_attributes(action, reply, "TopicArn")

    def write(self, cloud: Cloud, action: Action, document: str) -> Reply:
        params = {
            "TopicArn": _arn(action),
            "AttributeName": "Policy",
            "AttributeValue": document,
        }
        return cloud.call("sns", "SetTopicAttributes", params, region_of(action))


def _of_attributes(action: Action, reply: Reply, arn: str) -> Standing | None:
    attributes = struct(reply.data, "Attributes")
    other = _other_arn(action, text(attributes, arn))
    written = text(attributes, "Policy")
    if not written and not other:
        return None
    document = as_document(written) if written else None
    return Standing(document=document, reply=reply, other=other)


def _other_arn(action: Action, found: str) -> str:
    """Why the object with this ARN is not the planned one; "" when it is, or nothing tells."""
    planned = action.target.arn or ""
    if planned and found and planned != found:
        return f"the object is {found}, planned was {planned}"
    return ""


def _arn(action: Action) -> str:
    arn = action.target.arn or action.target.name
    if parse_arn(arn) is None:
        raise CloudError(
            f"The action {action.id} ({action.verb}) has no ARN of its target.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        )
    return arn
