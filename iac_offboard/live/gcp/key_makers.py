"""Whose key of a shared service account is it? The one who made it, as the audit log says.

Source: "Service accounts audit logs" (IAM documentation): Admin Activity logs are always written
and kept for 400 days; the entry of a new key names who asked for it and, in its response, the key.
That a service account made a key says nothing of who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from iac_offboard.catalog.google import parse
from iac_offboard.clouds.reply import struct, structs, text
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import Principal, PrincipalKind, Side, Skipped, SkipReason

KEY = "gcp_service_account_key"
_KEPT = timedelta(days=400)
_METHODS = ("CreateServiceAccountKey", "UploadServiceAccountKey")


@dataclass(slots=True, kw_only=True)
class KeyMakers:
    """Asks the log of a project once, and only of a project with a shared account of a leaver.
    ``leaver`` says whether a person is one."""

    gather: Gather
    leaver: Callable[[Principal], bool]
    _projects: dict[str, Mapping[str, Principal]] = field(default_factory=dict)

    def holder(self, key: str, project: str, subjects: frozenset[str]) -> Principal | None:
        """The leaver who made the key with this resource name, None where another person did, or
        nobody knows: then it is said, once for each subject whose account it is (``subjects``)."""
        if project not in self._projects:
            self._projects[project] = self._read(project)
        maker = self._projects[project].get(key.lower())
        if maker is None:
            for subject in sorted(subjects):
                self.gather.skipped.append(_ambiguous(key, project, subject))
            return None
        return maker if self.leaver(maker) else None

    def known(self, key: str, project: str) -> bool:
        """Whether a person is known to have made the key; after ``holder``."""
        return key.lower() in self._projects.get(project, {})

    def _read(self, project: str) -> Mapping[str, Principal]:
        """The people who made keys in the project, by the key's name in lower case."""
        found: dict[str, Principal] = {}
        since = (self.gather.session.timing.now() - _KEPT).isoformat(timespec="seconds")
        methods = " OR ".join(
            f'protoPayload.methodName="google.iam.admin.v1.{m}"' for m in _METHODS
        )
        for reply in self.gather.pages(
            "logging.entries.list",
            project,
            frozenset({KEY}),
            f"who made the keys of service accounts in {project}",
            body={
                "resourceNames": [f"projects/{project}"],
                "filter": (
                    f'logName="projects/{project}/logs/cloudaudit.googleapis.com%2Factivity" AND '
                    f'timestamp>="{since}" AND ({methods})'
                ),
                "pageSize": 1000,
            },
        ):
            for entry in structs(reply.data, "entries"):
                payload = struct(entry, "protoPayload")
                name = text(struct(payload, "response"), "name").lower()
                email = text(struct(payload, "authenticationInfo"), "principalEmail")
                who = parse("gcp.email", email, {})
                if name and who is not None and who.kind is PrincipalKind.GCP_USER:
                    found[name] = who
        return found


def _ambiguous(key: str, project: str, subject: str) -> Skipped:
    return Skipped(
        where=f"gcp:{project}",
        reason=SkipReason.AMBIGUOUS,
        detail=(
            f"{key} is a key of an account that others use, and neither the roster nor the audit "
            "log says who has it"
        ),
        side=Side.ACCESS,
        next_step=(
            f"If the leaver has it, add {{gcp_service_account_key: {key}}} to the roster; if "
            "somebody else has, say so in a waiver."
        ),
        kinds=frozenset({KEY}),
        subject=subject,
        pattern=f"//iam.googleapis.com/{key}",
    )
