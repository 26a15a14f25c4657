"""Whom resource policies name: one list per service and region, at most two calls a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from iac_offboard.catalog.elements import element
from iac_offboard.catalog.policy import Json, PolicyPrincipal, document_digest
from iac_offboard.catalog.principal import arn_name, parse_aws_principal
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.reply import Data, Reply, strings, struct, structs, text, when
from iac_offboard.live.aws.gather import Gather, Kinds, document
from iac_offboard.live.aws.named import (
    Known,
    Matcher,
    binding_of,
    covering,
    is_candidate,
    named_in,
    removal_word,
)
from iac_offboard.model import Binding, Effect, Relation, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    """One thing with a policy. ``asked_by`` are the parameters that ask for its policy."""

    name: str
    arn: str
    asked_by: Mapping[str, object]
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """How one service lists its resources and shows their policy."""

    service: str
    kind: str
    listing: str
    resources: Callable[[Data], Iterator[_Resource]]
    getter: str
    policy: Callable[[Data], object]
    page_size: int | None = None
    also: Kinds = frozenset()

    @property
    def kinds(self) -> Kinds:
        return self.also | {self.kind}


def _by_members(
    items: str, name: str, arn: str, asked: str, member: str
) -> Callable[[Data], Iterator[_Resource]]:
    """Reads a list whose items hold ``name`` and ``arn``; the policy is asked for with the
    parameter ``asked`` = the item's ``member``."""

    def read(page: Data) -> Iterator[_Resource]:
        for item in structs(page, items):
            full = text(item, arn)
            yield _Resource(
                name=text(item, name) or arn_name(full),
                arn=full,
                asked_by={asked: text(item, member)},
            )

    return read


def _keys(page: Data) -> Iterator[_Resource]:
    for item in structs(page, "Keys"):
        key = text(item, "KeyId")
        asked = {"KeyId": key, "PolicyName": "default"}  # the only policy name there is
        yield _Resource(name=key, arn=text(item, "KeyArn"), asked_by=asked)


def _queues(page: Data) -> Iterator[_Resource]:
    for url in strings(page, "QueueUrls"):
        asked = {"QueueUrl": url, "AttributeNames": ["Policy", "QueueArn"]}
        yield _Resource(name=url.rsplit("/", 1)[-1], arn="", asked_by=asked)


def _buckets(page: Data) -> Iterator[_Resource]:
    for item in structs(page, "Buckets"):
        name = text(item, "Name")
        region = text(item, "BucketRegion")
        yield _Resource(
            name=name, arn=text(item, "BucketArn"), asked_by={"Bucket": name}, region=region
        )


_KMS = _Shelf(
    service="kms",
    kind="kms_key",
    listing="ListKeys",
    resources=_keys,
    getter="GetKeyPolicy",
    policy=lambda reply: reply.get("Policy"),
    page_size=1000,
    also=frozenset({"kms_grant"}),
)
_S3 = _Shelf(
    service="s3",
    kind="s3_bucket",
    listing="ListBuckets",
    resources=_buckets,
    getter="GetBucketPolicy",
    policy=lambda reply: reply.get("Policy"),
    page_size=1000,  # without it ListBuckets says neither regions nor that there is more
)
_REGIONAL = (
    _KMS,
    _Shelf(
        service="sqs",
        kind="sqs_queue",
        listing="ListQueues",
        resources=_queues,
        getter="GetQueueAttributes",
        policy=lambda reply: struct(reply, "Attributes").get("Policy"),
        page_size=1000,  # without it ListQueues stops at 1,000 and gives no token
    ),
    _Shelf(
        service="sns",
        kind="sns_topic",
        listing="ListTopics",
        resources=_by_members("Topics", "Name", "TopicArn", "TopicArn", "TopicArn"),
        getter="GetTopicAttributes",
        policy=lambda reply: struct(reply, "Attributes").get("Policy"),
    ),
    _Shelf(
        service="secretsmanager",
        kind="secretsmanager_secret",
        listing="ListSecrets",
        resources=_by_members("SecretList", "Name", "ARN", "SecretId", "ARN"),
        getter="GetResourcePolicy",
        policy=lambda reply: reply.get("ResourcePolicy"),
        page_size=100,
    ),
    _Shelf(
        service="lambda",
        kind="lambda_function",
        listing="ListFunctions",
        resources=_by_members(
            "Functions", "FunctionName", "FunctionArn", "FunctionName", "FunctionName"
        ),
        getter="GetPolicy",
        policy=lambda reply: reply.get("Policy"),
    ),
    _Shelf(
        service="ecr",
        kind="ecr_repository",
        listing="DescribeRepositories",
        resources=_by_members(
            "repositories", "repositoryName", "repositoryArn", "repositoryName", "repositoryName"
        ),
        getter="GetRepositoryPolicy",
        policy=lambda reply: reply.get("policyText"),
        page_size=1000,
    ),
)
_SHELVES = {shelf.service: shelf for shelf in _REGIONAL}

REGIONAL_SERVICES = tuple(_SHELVES)
RESOURCE_KINDS = frozenset().union(_S3.kinds, *(s.kinds for s in _REGIONAL))


class ResourcePolicies:
    """Reads the resource policies of one account. ``known`` are the users and
    roles that matched in any account."""

    def __init__(self, session: AccountSession, matcher: Matcher, known: Known) -> None:
        self.gather = Gather(session)
        self._matcher = matcher
        self._known = known

    def read_region(self, service: str, region: str) -> None:
        """One regional service in one region."""
        self._read(_SHELVES[service], region, ())

    def read_buckets(self, regions: tuple[str, ...]) -> None:
        """The account's buckets, of all regions or only of ``regions`` when given."""
        self._read(_S3, None, regions)

    def _read(self, shelf: _Shelf, region: str | None, only: tuple[str, ...]) -> None:
        for page in self.gather.pages(
            shelf.service,
            shelf.listing,
            kinds=shelf.kinds,
            region=region,
            page_size=shelf.page_size,
        ):
            for resource in shelf.resources(page.data):
                at = resource.region or region
                if not only or not resource.region or resource.region in only:
                    self._read_resource(shelf, resource, at)

    def _read_resource(self, shelf: _Shelf, resource: _Resource, region: str | None) -> None:
        about = f"{shelf.kind} {resource.arn or resource.name}"
        reply = self.gather.ask(
            shelf.service,
            shelf.getter,
            kinds=frozenset({shelf.kind}),
            region=region,
            about=about,
            **resource.asked_by,
        )
        raw = shelf.policy(reply.data) if reply else None
        if reply and raw:
            self._emit(shelf, resource, region, reply, raw)
        if shelf is _KMS:
            self._read_grants(resource, region)

    def _emit(
        self, shelf: _Shelf, resource: _Resource, region: str | None, reply: Reply, raw: object
    ) -> None:
        policy = document(raw)
        if policy is None:
            about = f"{shelf.kind} {resource.name}"
            self.gather.unparseable(shelf.service, about, frozenset({shelf.kind}), region)
            return
        queue_arn = text(struct(reply.data, "Attributes"), "QueueArn")
        target = self._target(shelf.kind, resource.name, resource.arn or queue_arn, region)
        account = self.gather.session.account
        named = tuple(named_in(policy, self._matcher, self._known, account))
        image = document_digest(policy)
        for found in named:
            self.gather.seen(
                reply,
                binding_of(found, Relation.GRANT, target),
                image=image,
                removal=removal_word(policy, named, found),
                element=_element(policy, found),
            )
        # Not among ``named``: a policy that keeps its account's root is not empty without the
        # leaver.
        for found in covering(policy, self._known, account):
            self.gather.seen(reply, binding_of(found, Relation.GRANT, target), image=image)

    def _read_grants(self, key: _Resource, region: str | None) -> None:
        for page in self.gather.pages(
            "kms",
            "ListGrants",
            kinds=frozenset({"kms_grant"}),
            region=region,
            page_size=100,
            about=f"kms_key {key.arn}",
            KeyId=key.name,
        ):
            for grant in structs(page.data, "Grants"):
                self._emit_grant(page, key, region, grant)

    def _emit_grant(self, page: Reply, key: _Resource, region: str | None, grant: Data) -> None:
        target = self._target("kms_grant", text(grant, "GrantId"), key.arn, region)
        for member, detail in (
            ("GranteePrincipal", ""),
            ("RetiringPrincipal", "retiring principal"),
        ):
            principal = parse_aws_principal(
                text(grant, member), account=self.gather.session.account
            )
            if principal and is_candidate(principal, self._matcher, self._known):
                self.gather.seen(
                    page,
                    Binding(
                        principal=principal, relation=Relation.GRANT, target=target, detail=detail
                    ),
                    created_at=when(grant, "CreationDate"),
                )

    def _target(self, kind: str, name: str, arn: str, region: str | None) -> Target:
        session = self.gather.session
        if kind == "s3_bucket" and not arn:
            arn = f"arn:{session.partition}:s3:::{name}"
        return Target(
            provider="aws",
            kind=kind,
            name=name,
            account=session.account,
            region=region,
            arn=arn or None,
        )


def _element(policy: Json, found: PolicyPrincipal) -> Json:
    """What a removal takes out; None for what is never taken out (a Deny, a Condition)."""
    removable = found.effect is Effect.ALLOW and not found.negated and not found.in_condition
    return element(policy, found) if removable else None
