"""The verbs ``restore:KIND`` of a rollback: an element goes back into what stands there now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from iac_offboard.apply.aws import places
from iac_offboard.apply.aws.cloud import (
    Cloud,
    Operation,
    absent,
    argument,
    done,
    gone_for_good,
    present,
    region_of,
    replaced,
)
from iac_offboard.apply.aws.documents import READ_BACK_SECONDS, READ_BACK_TRIES, Place
from iac_offboard.apply.aws.grants import CONFLICTS, function_name, function_policy
from iac_offboard.apply.aws.namesakes import namesake
from iac_offboard.apply.aws.put_back import ByHand, Taken, put_back, read
from iac_offboard.apply.aws.users import as_document
from iac_offboard.catalog.policy import Json, canonical, document_digest, statements
from iac_offboard.clouds.reply import Reply, text
from iac_offboard.errors import CloudError, ConflictError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

# How each service says that a policy has an invalid principal: "Errors" of PutBucketPolicy,
# PutKeyPolicy, SetQueueAttributes ... in their API references.
_INVALID = frozenset(
    {
        "MalformedPolicyDocument",
        "MalformedPolicyDocumentException",
        "MalformedPolicy",
        "InvalidAttributeValue",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
    }
)
_THERE = "everything stands there (again)"


@dataclass(frozen=True, slots=True)
class Restore:
    """``may_be_none``: the service has such a resource without any policy, so that one whose
    last statement was the leaver's is made again."""

    place: Place
    may_be_none: bool = False

    def look(self, cloud: Cloud, action: Action) -> Look:
        standing = self.place.read(cloud, action)
        if standing is None:
            if not self.may_be_none:
                raise gone_for_good(action, "the resource is gone")
            document: Json = None
        elif standing.other:
            return replaced(standing.other)
        else:
            document = standing.document
        if _same(document, _restored(document, action)):
            return absent(_THERE)
        return namesake(cloud, action) or present(_undo(document, action))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        standing = self.place.read(cloud, action)
        document = standing.document if standing else None
        new = _restored(document, action)
        if _same(document, new):  # somebody else put it back since we looked
            return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        try:
            reply = self.place.write(cloud, action, json.dumps(new))
        except CloudError as fault:
            raise _not_taken(action, fault) from fault
        self._read_back(cloud, action)
        return done(reply, canonical(_undo(document, action)))

    def _read_back(self, cloud: Cloud, action: Action) -> None:
        for left in reversed(range(READ_BACK_TRIES)):
            standing = self.place.read(cloud, action)
            if standing and _same(standing.document, _restored(standing.document, action)):
                return
            if left:  # IAM answers from copies that lag behind
                cloud.sleep(READ_BACK_SECONDS)
        raise CloudError(
            f"{action.verb} was acknowledged, and the policy does not hold what was put back.",
            operation=action.verb,
            hint="Somebody may have taken it out again; look, then run apply again.",
        )


@dataclass(frozen=True, slots=True)
class RestorePermission:
    """Lambda writes one principal per statement, each by an id of its own, under a revision
    ("AddPermission" in the Lambda API reference)."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        document, _ = self._standing(cloud, action)
        if not self._missing(document, action):
            return absent(_THERE)
        return namesake(cloud, action) or present(_undo(document, action))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        last = Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        conflicts = 0
        while True:
            document, policy = self._standing(cloud, action)
            missing = self._missing(document, action)
            if not missing:
                return last
            params = {**_permission(action, missing[0]), **_revision(policy)}
            try:
                reply = cloud.call("lambda", "AddPermission", params, region_of(action))
            except ConflictError:  # somebody else wrote since we read
                conflicts += 1
                if conflicts == CONFLICTS:
                    raise
            except CloudError as fault:
                raise _not_taken(action, fault) from fault
            else:
                last = done(reply, look.image)

    def _standing(self, cloud: Cloud, action: Action) -> tuple[Json, Reply | None]:
        policy = function_policy(cloud, action)
        return (as_document(text(policy.data, "Policy")) if policy else None), policy

    def _missing(self, document: Json, action: Action) -> list[Mapping[str, Json]]:
        """The statements to add. Raises CloudError for what a person has to put back."""
        have = {canonical(body) for _, body in statements(document)}
        new = statements(_restored(document, action))
        return [body for _, body in new if canonical(body) not in have]


def _permission(action: Action, statement: Mapping[str, Json]) -> dict[str, str]:
    principal = statement.get("Principal")
    if isinstance(principal, Mapping) and len(principal) == 1:
        principal = principal.get("AWS")
    values = (statement.get("Sid"), statement.get("Action"), principal)
    sid, call, who = (value if isinstance(value, str) else "" for value in values)
    if not (sid and call and who):
        raise _by_hand(action, "Lambda takes one action for one principal, under an id")
    return {**function_name(action), "StatementId": sid, "Action": call, "Principal": who}


def _revision(policy: Reply | None) -> dict[str, str]:
    found = text(policy.data, "RevisionId") if policy else ""
    return {"RevisionId": found} if found else {}


def _restored(document: Json, action: Action) -> Json:
    """The document with the action's elements in it; raises CloudError where it takes a person."""
    try:
        return put_back(document, _taken(action))
    except ByHand as fault:
        raise _by_hand(action, str(fault)) from fault


def _taken(action: Action) -> tuple[Taken, ...]:
    try:
        elements: Json = json.loads(argument(action, "elements"))
    except (ValueError, RecursionError) as fault:
        raise ByHand("the plan does not say what was taken out") from fault
    return read(elements)


def _same(document: Json, new: Json) -> bool:
    return canonical(document) == canonical(new)


def _undo(document: Json, action: Action) -> Json:
    entries: list[Json] = [
        {"element": key, "principal": who} for t in _taken(action) for key, who in t.entries
    ]
    before = document_digest(document) if document is not None else ""
    return {"restored": entries, "before": before}


def _not_taken(action: Action, fault: CloudError) -> CloudError:
    """The fault of a write; a person's to mend where the policy itself is refused: the entry is
    all that is new in it, so that it names nobody whom AWS knows."""
    if fault.code not in _INVALID:
        return fault
    return gone_for_good(action, f"AWS does not take the policy with the entry ({fault.message})")


def _by_hand(action: Action, why: str) -> CloudError:
    name = action.target.arn or action.target.name
    return CloudError(
        f"Nothing was put back into the policy of {name}: {why}.",
        operation=action.verb,
        code="ManualStep",
        hint="Put it back by hand, then run apply again: it sees what stands there.",
    )


RESTORE: Mapping[str, Operation] = {
    "restore:iam_role": Restore(places.RoleTrust()),
    "restore:kms_key": Restore(places.KMS_KEY),
    "restore:s3_bucket": Restore(places.S3_BUCKET, True),
    "restore:sqs_queue": Restore(places.Queue(), True),
    "restore:sns_topic": Restore(places.Topic()),
    "restore:secretsmanager_secret": Restore(places.SECRET, True),
    "restore:ecr_repository": Restore(places.ECR_REPOSITORY, True),
    "restore:lambda_function": RestorePermission(),
}
