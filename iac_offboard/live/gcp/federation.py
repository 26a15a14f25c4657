"""Providers of workload identity pools: whom their conditions let in.

Asked only in the projects where the search shows pools, and only when a subject may come in by a
token: a repository, a login of GitHub, an e-mail as the subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from iac_offboard.catalog.google_text import condition_of, parse_all
from iac_offboard.clouds.reply import Data, Reply, struct, structs, text
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import Binding, Principal, Relation, Target

POOL = "iam.googleapis.com/WorkloadIdentityPool"
PROVIDER = "gcp_workload_identity_pool_provider"
_NAME = re.compile(
    r"^projects/[^/]+/locations/global/workloadIdentityPools/([^/]+)/providers/([^/]+)$"
)


@dataclass(slots=True, kw_only=True)
class Federation:
    """Reads providers. ``wanted`` says which principals concern a leaver."""

    gather: Gather
    wanted: Callable[[Principal], bool]

    def read(self, pools: Iterable[tuple[str, str]]) -> None:
        """``pools`` are (relative name, project id)."""
        for pool, project in pools:
            for reply in self.gather.pages(
                "iam.projects.locations.workloadIdentityPools.providers.list",
                project,
                frozenset({PROVIDER}),
                f"providers of {pool}",
                parent=pool,
                pageSize=100,
            ):
                for provider in structs(reply.data, "workloadIdentityPoolProviders"):
                    self._provider(provider, reply, project)

    def _provider(self, provider: Data, reply: Reply, project: str) -> None:
        name = text(provider, "name")
        parts = _NAME.match(name)
        if parts is None or text(provider, "state") == "DELETED":
            return
        condition = text(provider, "attributeCondition")
        issuer = text(struct(provider, "oidc"), "issuerUri")
        attrs = {"oidc": [{"issuer_uri": issuer}]} if issuer else {}
        for principal in parse_all("gcp.cel", condition, attrs):
            if not self.wanted(principal):
                continue
            self.gather.seen(
                reply,
                Binding(
                    principal=principal,
                    relation=Relation.FEDERATION,
                    target=Target(
                        provider="gcp",
                        kind=PROVIDER,
                        name="/".join(parts.groups()),
                        account=project,
                        arn=f"//iam.googleapis.com/{name}",
                    ),
                ),
                status="Inactive" if provider.get("disabled") is True else "",
                image=condition_of(condition),
                removal="manual",
            )
