"""Trying an old credential: the strongest observation that it is dead."""

from __future__ import annotations

from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError

from iac_offboard.clouds.aws.calls import CLIENT_CONFIG, Caller, Where
from iac_offboard.clouds.aws.session import HOME_REGIONS
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CredentialsError, DeniedError, NotFoundError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What AWS said to a credential.

    ``refused`` only when AWS answered and said no; ``code`` is its word for it
    (InvalidClientTokenId, SignatureDoesNotMatch, AccessDenied ...). A quarantined key is still
    known to sts:GetCallerIdentity, which no policy can deny, and refused by iam:GetUser.
    ``authenticated`` says that STS still knew it: then the refusal is a lack of permission,
    which alone does not tell a contained key from a live one with few rights.
    """

    refused: bool
    authenticated: bool
    code: str
    detail: str


def probe(
    access_key_id: str,
    secret_access_key: str,
    *,
    region: str,
    endpoint: str | None = None,
    timing: Timing | None = None,
) -> Probe:
    """Makes sts:GetCallerIdentity and iam:GetUser with the credential and nothing else.

    ``endpoint`` None means AWS, or what AWS_ENDPOINT_URL says. Raises CloudError when AWS did
    not answer or throttled: that is no refusal.
    """
    caller = Caller(timing or Timing())
    session = boto3.Session(
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        region_name=region,
    )
    where = Where(account="(probe)", region=region, caller=f"access key {access_key_id}")
    for service, operation in (("sts", "GetCallerIdentity"), ("iam", "GetUser")):
        client: object = session.client(service, endpoint_url=endpoint, config=CLIENT_CONFIG)
        try:
            caller.call(client, service, operation, where, {})
        except (CredentialsError, DeniedError) as error:
            return Probe(
                refused=True,
                authenticated=service != "sts",
                code=error.code,
                detail=f"{service}:{operation} was refused ({error.code}).",
            )
        except NotFoundError:
            continue  # the root or a role has no user: the credential itself was accepted
    return Probe(refused=False, authenticated=True, code="", detail="The credential was accepted.")


def probe_profile(profile: str, *, timing: Timing | None = None) -> tuple[str, Probe]:
    """Tries the static key of a configured profile: (access key id, answer).

    Raises ``UsageError`` when there is no such profile or no static key in it, CloudError when
    AWS did not answer.
    """
    try:
        session = boto3.Session(profile_name=profile)
        held = session.get_credentials()
    except BotoCoreError as error:
        raise UsageError(
            f"The AWS profile {profile} cannot be used for a probe.",
            hint="Name a profile of your AWS configuration that holds the leaver's old key.",
        ) from error
    if held is None or held.token:
        raise UsageError(
            f"The AWS profile {profile} holds no static access key.",
            hint="A probe tries an old access key; a session of a role is no such key.",
        )
    region = session.region_name or HOME_REGIONS["aws"]
    answer = probe(held.access_key, held.secret_key, region=region, timing=timing)
    return held.access_key, answer
