"""Every method of Google's APIs that this tool may call: the ONE table.

The border refuses a method that is not in it, and ``permissions gcp`` prints the table as custom
roles: what is called and what is asked for cannot drift apart. The allow policy of any resource is
read and written by the methods ``getIamPolicy`` and ``setIamPolicy`` of its own service
(:mod:`iac_offboard.clouds.gcp.policies`), which need ``SERVICE.RESOURCES.getIamPolicy`` and
``SERVICE.RESOURCES.setIamPolicy``.

Which permission a method needs: "IAM permissions reference", and the reference of each method.
Cloud Identity has no IAM permissions: an administrator's role of the directory decides there
("Groups API: set up", Cloud Identity documentation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, auto


class Use(Flag):
    """Which role makes the call. The writing role looks again before it acts; only what puts
    something back gives anybody a right, and can be a role of its own."""

    READ = auto()
    WRITE = auto()
    RESTORE = auto()
    BOTH = READ | WRITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``api`` and ``version`` name the discovery document, ``path`` the collections and the method
    in it; ``permissions`` are what the caller needs, () where no IAM permission says it."""

    api: str
    version: str
    path: tuple[str, ...]
    permissions: tuple[str, ...]
    use: Use

    @property
    def name(self) -> str:
        """As errors, reads and the journal spell it."""
        return ".".join((self.api, *(p for p in self.path if p != self.version)))


_VERSIONS = {
    "bigquery": "v2",
    "cloudresourcemanager": "v3",
    "logging": "v2",
}

_READ: Mapping[str, str] = {
    "cloudasset v1.searchAllIamPolicies": "cloudasset.assets.searchAllIamPolicies",
    "cloudasset v1.searchAllResources": "cloudasset.assets.searchAllResources",
    "cloudasset assets.list": "cloudasset.assets.listResource",
    "cloudresourcemanager projects.search": "resourcemanager.projects.get",
    "cloudresourcemanager projects.list": "resourcemanager.projects.list",
    "cloudresourcemanager folders.list": "resourcemanager.folders.list",
    "cloudresourcemanager folders.search": "resourcemanager.folders.get",
    "cloudresourcemanager organizations.search": "resourcemanager.organizations.get",
    "iam projects.serviceAccounts.list": "iam.serviceAccounts.list",
    "iam projects.locations.workloadIdentityPools.list": (
        "iam.googleapis.com/workloadIdentityPools.list"
    ),
    "iam projects.locations.workloadIdentityPools.providers.list": (
        "iam.googleapis.com/workloadIdentityPoolProviders.list"
    ),
    "iam locations.workforcePools.list": "iam.googleapis.com/workforcePools.list",
    "iam locations.workforcePools.providers.list": (
        "iam.googleapis.com/workforcePoolProviders.list"
    ),
    "iam/v2 policies.listPolicies": "iam.denypolicies.list",
    "iam/v2 policies.get": "iam.denypolicies.get",
    "cloudidentity groups.memberships.searchTransitiveGroups": "",
    "cloudidentity groups.memberships.searchDirectGroups": "",
    "cloudidentity groups.memberships.checkTransitiveMembership": "",
    "cloudidentity groups.lookup": "",
    "cloudidentity groups.get": "",
    "storage buckets.list": "storage.buckets.list",
    "logging entries.list": "logging.logEntries.list",
}

_BOTH: Mapping[str, str] = {
    "cloudresourcemanager projects.get": "resourcemanager.projects.get",
    "iam projects.serviceAccounts.get": "iam.serviceAccounts.get",
    "iam projects.serviceAccounts.keys.list": "iam.serviceAccountKeys.list",
    "policyanalyzer projects.locations.activityTypes.activities.query": (
        "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query "
        "policyanalyzer.serviceAccountLastAuthenticationActivities.query"
    ),
    "storage projects.hmacKeys.list": "storage.hmacKeys.list",
    "bigquery datasets.get": "bigquery.datasets.get bigquery.datasets.getIamPolicy",
    "cloudidentity groups.memberships.lookup": "",
    "cloudidentity groups.memberships.get": "",
    "cloudidentity groups.memberships.list": "",
}

_WRITE: Mapping[str, str] = {
    "iam projects.serviceAccounts.disable": "iam.serviceAccounts.disable",
    "iam projects.serviceAccounts.delete": "iam.serviceAccounts.delete",
    "iam projects.serviceAccounts.keys.get": "iam.serviceAccountKeys.get",
    "iam projects.serviceAccounts.keys.disable": "iam.serviceAccountKeys.disable",
    "iam projects.serviceAccounts.keys.delete": "iam.serviceAccountKeys.delete",
    "storage projects.hmacKeys.get": "storage.hmacKeys.get",
    "storage projects.hmacKeys.update": "storage.hmacKeys.update",
    "storage projects.hmacKeys.delete": "storage.hmacKeys.delete",
    "bigquery datasets.patch": "bigquery.datasets.update bigquery.datasets.setIamPolicy",
    "cloudidentity groups.memberships.delete": "",
}

_RESTORE: Mapping[str, str] = {
    "iam projects.serviceAccounts.enable": "iam.serviceAccounts.enable",
    "iam projects.serviceAccounts.undelete": "iam.serviceAccounts.undelete",
    "iam projects.serviceAccounts.keys.enable": "iam.serviceAccountKeys.enable",
    "cloudidentity groups.memberships.create": "",
}


def _table() -> dict[str, Operation]:
    table: dict[str, Operation] = {}
    for use, rows in (
        (Use.READ, _READ),
        (Use.BOTH, _BOTH),
        (Use.WRITE, _WRITE),
        (Use.RESTORE, _RESTORE),
    ):
        for key, permissions in rows.items():
            document, _, path = key.partition(" ")
            api, _, version = document.partition("/")
            row = Operation(
                api=api,
                version=version or _VERSIONS.get(api, "v1"),
                path=tuple(path.split(".")),
                permissions=tuple(permissions.split()),
                use=use,
            )
            table[row.name] = row
    return table


OPERATIONS: Mapping[str, Operation] = _table()


def operation(name: str) -> Operation:
    """The row of a method (``iam.projects.serviceAccounts.get``). Raises LookupError for one that
    is not in the table: a fault of this program, to be mended by a row above."""
    found = OPERATIONS.get(name)
    if found is None:
        raise LookupError(f"{name} is not in clouds/gcp/operations.py")
    return found


def policy_permissions(api: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """What reading or writing the allow policy by this method needs: the service, the collection
    and the method, but for those below. Where several stand there, which of them it is hangs on
    the resource; () where the reference names none ("IAM permissions reference")."""
    collection, verb = path[-2:]
    own = _OF_COLLECTION.get(f"{api}.{collection}")
    if own is None:
        own = f"{_OF_API.get(api, api)}.{collection}"
    return tuple(f"{of}.{verb}" for of in own.split())


_OF_API = {
    "bigqueryconnection": "bigquery",
    "bigquerydatapolicy": "bigquery",
    "bigtableadmin": "bigtable",
    "cloudresourcemanager": "resourcemanager",
    "sourcerepo": "source",
}
_OF_COLLECTION = {
    "accesscontextmanager.accessPolicies": "accesscontextmanager.policies",
    "apigateway.configs": "apigateway.apiconfigs",
    "beyondcorp.applications": "beyondcorp.sgApplications",
    "cloudbilling.billingAccounts": "billing.accounts",
    "compute.networkFirewallPolicies": "compute.firewallPolicies",
    "compute.regionDisks": "compute.disks",
    "compute.regionInstantSnapshots": "compute.instantSnapshots",
    "compute.regionNetworkFirewallPolicies": "compute.regionFirewallPolicies",
    "datacatalog.policyTags": "datacatalog.taxonomies",
    "dataplex.dataScans": "dataplex.datascans",
    "iam.workforcePools": "iam.googleapis.com/workforcePools",
    "iam.workloadIdentityPools": "iam.googleapis.com/workloadIdentityPools",
    "iap.v1": "iap.tunnel iap.tunnelDestGroups iap.tunnelInstances iap.tunnelLocations "
    "iap.tunnelZones iap.web iap.webServices iap.webServiceVersions iap.webTypes",
    "run.workerPools": "run.workerpools",
    "servicemanagement.consumers": "",
}
