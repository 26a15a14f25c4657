"""Permissions: which a method needs, which a role includes.

A small part of "IAM basic and predefined roles reference". ``*`` stands for any run of
characters; a role that is not listed includes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

_READ = ("*.get", "*.list", "*.getIamPolicy", "*.search*", "*.lookup", "serviceusage.services.use")
_OWNER_ONLY = ("*.setIamPolicy", "iam.roles.*", "resourcemanager.projects.delete")
_NOT_EDITOR = (
    *_OWNER_ONLY,
    "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.signBlob",
    "iam.serviceAccounts.signJwt",
    "iam.serviceAccounts.implicitDelegation",
    "secretmanager.versions.access",
    "storage.objects.*",
    "storage.buckets.get",
    "storage.hmacKeys.*",
    "iam.denypolicies.*",
    "iam.googleapis.com/workloadIdentityPool*",
)
_ACCOUNT_READ = ("iam.serviceAccounts.get", "iam.serviceAccounts.list")
_PROJECT_READ = ("resourcemanager.projects.get", "resourcemanager.projects.list")

ROLES: Mapping[str, tuple[str, ...]] = {
    "roles/owner": ("*",),
    "roles/editor": ("*",),
    "roles/viewer": _READ,
    "roles/browser": (
        *_PROJECT_READ,
        "resourcemanager.projects.getIamPolicy",
        "resourcemanager.folders.get",
        "resourcemanager.folders.list",
        "resourcemanager.organizations.get",
    ),
    "roles/storage.admin": ("storage.*", *_PROJECT_READ),
    "roles/storage.objectAdmin": ("storage.objects.*", "storage.managedFolders.*", *_PROJECT_READ),
    "roles/storage.objectViewer": ("storage.objects.get", "storage.objects.list", *_PROJECT_READ),
    "roles/storage.objectCreator": ("storage.objects.create", *_PROJECT_READ),
    "roles/storage.objectUser": ("storage.objects.*", *_PROJECT_READ),
    "roles/storage.legacyBucketOwner": ("storage.buckets.*", "storage.objects.list"),
    "roles/storage.legacyBucketReader": ("storage.buckets.get", "storage.objects.list"),
    "roles/storage.legacyBucketWriter": ("storage.buckets.get", "storage.objects.*"),
    "roles/storage.legacyObjectReader": ("storage.objects.get",),
    "roles/storage.hmacKeyAdmin": ("storage.hmacKeys.*", *_PROJECT_READ),
    "roles/iam.serviceAccountUser": ("iam.serviceAccounts.actAs", *_ACCOUNT_READ),
    "roles/iam.serviceAccountTokenCreator": (
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
        "iam.serviceAccounts.implicitDelegation",
        "iam.serviceAccounts.signBlob",
        "iam.serviceAccounts.signJwt",
        *_ACCOUNT_READ,
    ),
    "roles/iam.serviceAccountOpenIdTokenCreator": ("iam.serviceAccounts.getOpenIdToken",),
    "roles/iam.workloadIdentityUser": (
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
        *_ACCOUNT_READ,
    ),
    "roles/iam.serviceAccountAdmin": (
        "iam.serviceAccounts.create",
        "iam.serviceAccounts.delete",
        "iam.serviceAccounts.disable",
        "iam.serviceAccounts.enable",
        "iam.serviceAccounts.undelete",
        "iam.serviceAccounts.update",
        "iam.serviceAccounts.getIamPolicy",
        "iam.serviceAccounts.setIamPolicy",
        *_ACCOUNT_READ,
        *_PROJECT_READ,
    ),
    "roles/iam.serviceAccountKeyAdmin": ("iam.serviceAccountKeys.*", *_ACCOUNT_READ),
    "roles/iam.serviceAccountViewer": (
        "iam.serviceAccounts.getIamPolicy",
        "iam.serviceAccountKeys.get",
        "iam.serviceAccountKeys.list",
        *_ACCOUNT_READ,
    ),
    "roles/iam.securityAdmin": ("*.getIamPolicy", "*.setIamPolicy", "*.list", *_PROJECT_READ),
    "roles/iam.securityReviewer": ("*.getIamPolicy", "*.list", *_PROJECT_READ),
    "roles/iam.denyAdmin": ("iam.denypolicies.*", *_PROJECT_READ),
    "roles/iam.denyReviewer": ("iam.denypolicies.get", "iam.denypolicies.list"),
    "roles/iam.roleAdmin": ("iam.roles.*", *_PROJECT_READ),
    "roles/iam.workloadIdentityPoolAdmin": (
        "iam.googleapis.com/workloadIdentityPool*",
        *_PROJECT_READ,
    ),
    "roles/iam.workloadIdentityPoolViewer": (
        "iam.googleapis.com/workloadIdentityPools.get",
        "iam.googleapis.com/workloadIdentityPools.list",
        "iam.googleapis.com/workloadIdentityPoolProviders.get",
        "iam.googleapis.com/workloadIdentityPoolProviders.list",
    ),
    "roles/resourcemanager.organizationAdmin": (
        "resourcemanager.organizations.*",
        "resourcemanager.folders.*",
        "resourcemanager.projects.get",
        "resourcemanager.projects.list",
        "resourcemanager.projects.getIamPolicy",
        "resourcemanager.projects.setIamPolicy",
    ),
    "roles/resourcemanager.organizationViewer": ("resourcemanager.organizations.get",),
    "roles/resourcemanager.folderAdmin": (
        "resourcemanager.folders.*",
        "resourcemanager.projects.*",
    ),
    "roles/resourcemanager.folderViewer": (
        "resourcemanager.folders.get",
        "resourcemanager.folders.list",
        *_PROJECT_READ,
    ),
    "roles/resourcemanager.projectIamAdmin": (
        "resourcemanager.projects.get",
        "resourcemanager.projects.getIamPolicy",
        "resourcemanager.projects.setIamPolicy",
        "iam.policybindings.*",
    ),
    "roles/resourcemanager.projectCreator": ("resourcemanager.projects.create",),
    "roles/resourcemanager.projectDeleter": ("resourcemanager.projects.delete",),
    "roles/cloudasset.viewer": ("cloudasset.assets.*", "recommender.cloudAssetInsights.*"),
    "roles/cloudasset.owner": ("cloudasset.*",),
    "roles/logging.viewer": ("logging.logEntries.list", "logging.logs.list"),
    "roles/logging.privateLogViewer": ("logging.*.list", "logging.privateLogEntries.list"),
    "roles/policyanalyzer.activityAnalysisViewer": ("policyanalyzer.*",),
    "roles/monitoring.viewer": ("monitoring.*.get", "monitoring.*.list"),
    "roles/pubsub.admin": ("pubsub.*",),
    "roles/pubsub.editor": ("pubsub.topics.*", "pubsub.subscriptions.*"),
    "roles/pubsub.publisher": ("pubsub.topics.publish",),
    "roles/pubsub.subscriber": ("pubsub.subscriptions.consume", "pubsub.topics.attachSubscription"),
    "roles/pubsub.viewer": ("pubsub.*.get", "pubsub.*.list"),
    "roles/secretmanager.admin": ("secretmanager.*",),
    "roles/secretmanager.secretAccessor": ("secretmanager.versions.access",),
    "roles/secretmanager.viewer": ("secretmanager.*.get", "secretmanager.*.list"),
    "roles/cloudkms.admin": ("cloudkms.*",),
    "roles/cloudkms.cryptoKeyEncrypterDecrypter": ("cloudkms.cryptoKeyVersions.useTo*",),
    "roles/compute.admin": ("compute.*",),
    "roles/compute.viewer": ("compute.*.get", "compute.*.list", "compute.*.getIamPolicy"),
    "roles/compute.instanceAdmin.v1": ("compute.instances.*", "compute.disks.*"),
    "roles/run.admin": ("run.*",),
    "roles/run.invoker": ("run.routes.invoke", "run.jobs.run"),
    "roles/run.developer": ("run.*",),
    "roles/run.viewer": ("run.*.get", "run.*.list", "run.*.getIamPolicy"),
    "roles/bigquery.admin": ("bigquery.*",),
    "roles/bigquery.dataOwner": ("bigquery.datasets.*", "bigquery.tables.*"),
    "roles/bigquery.dataEditor": ("bigquery.datasets.get", "bigquery.tables.*"),
    "roles/bigquery.jobUser": ("bigquery.jobs.create",),
    "roles/bigquery.dataViewer": ("bigquery.datasets.get", "bigquery.tables.get*"),
    "roles/serviceusage.serviceUsageConsumer": ("serviceusage.services.use",),
    "roles/serviceusage.serviceUsageAdmin": ("serviceusage.*",),
}
EXCEPT: Mapping[str, tuple[str, ...]] = {
    "roles/editor": _NOT_EDITOR,
    "roles/viewer": ("storage.buckets.*", "storage.objects.*", "secretmanager.versions.access"),
    "roles/owner": ("iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.signBlob"),
}

# Methods whose permission does not follow from their name.
PERMISSIONS: Mapping[str, str] = {
    "cloudasset.searchAllIamPolicies": "cloudasset.assets.searchAllIamPolicies",
    "cloudasset.searchAllResources": "cloudasset.assets.searchAllResources",
    "cloudasset.assets.list": "cloudasset.assets.listResource",
    "iam.projects.serviceAccounts.patch": "iam.serviceAccounts.update",
    "iamcredentials.projects.serviceAccounts.generateAccessToken": (
        "iam.serviceAccounts.getAccessToken"
    ),
    "iamcredentials.projects.serviceAccounts.generateIdToken": "iam.serviceAccounts.getOpenIdToken",
    "iamcredentials.projects.serviceAccounts.signBlob": "iam.serviceAccounts.signBlob",
    "iamcredentials.projects.serviceAccounts.signJwt": "iam.serviceAccounts.signJwt",
    "logging.entries.list": "logging.logEntries.list",
    "cloudresourcemanager.projects.getAncestry": "resourcemanager.projects.get",
    "iam.locations.workforcePools.providers.list": "iam.googleapis.com/workforcePoolProviders.list",
    "iam.locations.workforcePools.providers.get": "iam.googleapis.com/workforcePoolProviders.get",
    "iam.policies.listPolicies": "iam.denypolicies.list",
    "iam.policies.createPolicy": "iam.denypolicies.create",
    "iam.policies.get": "iam.denypolicies.get",
    "iam.policies.update": "iam.denypolicies.update",
    "iam.policies.delete": "iam.denypolicies.delete",
    "pubsub.projects.topics.publish": "pubsub.topics.publish",
    "secretmanager.projects.secrets.versions.access": "secretmanager.versions.access",
}
SERVICES: Mapping[str, str] = {
    "cloudresourcemanager": "resourcemanager",
    "cloudbilling": "billing",
    "bigtableadmin": "bigtable",
}
VERBS: Mapping[str, str] = {
    "insert": "create",
    "patch": "update",
    "search": "list",
    "add": "create",
}
_NESTED: Mapping[str, str] = {
    "iam.keys": "iam.serviceAccountKeys",
    "iam.providers": "iam.googleapis.com/workloadIdentityPoolProviders",
    "iam.workloadIdentityPools": "iam.googleapis.com/workloadIdentityPools",
    "iam.workforcePools": "iam.googleapis.com/workforcePools",
}


@cache
def permission_of(method: str) -> str:
    """``iam.projects.serviceAccounts.keys.create`` -> ``iam.serviceAccountKeys.create``."""
    if method in PERMISSIONS:
        return PERMISSIONS[method]
    parts = method.split(".")
    service = SERVICES.get(parts[0], parts[0])
    collection = parts[-2] if len(parts) > 2 else parts[0]
    verb = VERBS.get(parts[-1], parts[-1])
    name = _NESTED.get(f"{service}.{collection}", f"{service}.{collection}")
    return f"{name}.{verb}"


def includes(role: str, permission: str, custom: Mapping[str, tuple[str, ...]]) -> bool:
    """Does the role (predefined, or custom by its permissions) include the permission?"""
    if role in custom:
        return permission in custom[role]
    return _predefined(role, permission)


@cache
def _predefined(role: str, permission: str) -> bool:
    if any(fnmatchcase(permission, pattern) for pattern in EXCEPT.get(role, ())):
        return False
    return any(fnmatchcase(permission, pattern) for pattern in ROLES.get(role, ()))


def denied_as(permission: str) -> str:
    """How a deny rule spells it: ``iam.googleapis.com/serviceAccounts.get``."""
    if "/" in permission:  # those of pools are spelled so everywhere
        return permission
    service, _, rest = permission.partition(".")
    host = {"resourcemanager": "cloudresourcemanager"}.get(service, service)
    return f"{host}.googleapis.com/{rest}"


def deny_matches(pattern: str, permission: str) -> bool:
    """Deny rules may end in ``*`` (``iam.googleapis.com/serviceAccounts.*``)."""
    regex = re.escape(pattern).replace(r"\*", ".*")
    return re.fullmatch(regex, denied_as(permission)) is not None
