"""Old credentials of the leaver that verify was told to try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from iac_offboard.errors import UsageError
from iac_offboard.model import Plan, Target
from iac_offboard.pipeline.live import aws_sessions, gcp_timing
from iac_offboard.pipeline.request import Request
from iac_offboard.verify import Probe

_KEY_FILE = ".json"


def tried(names: Sequence[str], plan: Plan, request: Request) -> tuple[Probe, ...]:
    """What the clouds say to these: AWS profiles, and key files of Google service accounts, whose
    names end in ``.json``.

    Raises ``UsageError`` for one that holds no credential of the plan, ``CloudError`` when the
    cloud did not answer: that is no refusal.
    """
    files = [n for n in names if n.lower().endswith(_KEY_FILE)]
    profiles = [n for n in names if n not in files]
    found: list[Probe] = []
    if profiles:
        found += _of_profiles(profiles, plan, request)
    if files:
        found += _of_files(files, plan, request)
    return tuple(found)


def _of_profiles(profiles: Iterable[str], plan: Plan, request: Request) -> list[Probe]:
    aws_sessions(request.aws)  # says what to install when the SDK is not there
    from iac_offboard.live.aws.probe import probe_profile

    keys = {t.name: t for t in _targets(plan, "iam_access_key")}
    found = []
    for profile in profiles:
        key, answer = probe_profile(profile)
        target = keys.get(key)
        if target is None:
            raise UsageError(
                f"The key of the profile {profile} is not one that the plan knows.",
                hint="Name a profile that holds an access key of a subject of this plan.",
            )
        # STS, which no policy can silence, knows an active key however few rights it has.
        refused = answer.refused and not answer.authenticated
        detail = "" if refused or not answer.refused else "STS still knows it, though "
        found.append(Probe(target=target, refused=refused, detail=f"{detail}{answer.detail}"))
    return found


def _of_files(files: Iterable[str], plan: Plan, request: Request) -> list[Probe]:
    timing = gcp_timing(request.gcp)
    from iac_offboard.live.gcp.probe import probe_key_file  # the SDK is there: see gcp_timing

    keys = {_short(t.name): t for t in _targets(plan, "gcp_service_account_key")}
    found = []
    for file in files:
        key, answer = probe_key_file(Path(file), timing=timing)
        target = keys.get(_short(key))
        if target is None:
            raise UsageError(
                f"The key in {file} is not one that the plan knows.",
                hint="Name the key file of a service account of a subject of this plan.",
            )
        found.append(Probe(target=target, refused=answer.refused, detail=answer.detail))
    return found


def _targets(plan: Plan, kind: str) -> list[Target]:
    return [f.binding.target for f in plan.findings if f.binding.target.kind == kind]


def _short(name: str) -> str:
    """A key without its project, which the account's e-mail says and which may be ``-``."""
    return name[name.find("serviceAccounts/") :]
