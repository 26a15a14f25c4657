"""Where hashicorp's Google provider sends its calls, told by the environment.

The variables are the provider's own ("Google Provider Configuration Reference", custom
endpoints); each value is the base URL of one service with its version.
"""

from __future__ import annotations

_BASES = {
    "CLOUD_IDENTITY": "cloudidentity/v1/",
    "IAM_BETA": "iam/v1/",
    "RESOURCE_MANAGER": "cloudresourcemanager/v1/",
    "RESOURCE_MANAGER_V3": "cloudresourcemanager/v3/",
    "STORAGE": "storage/storage/v1/",
}


def provider_environment(url: str, token: str) -> dict[str, str]:
    """For a Terraform whose provider block names no credentials: all its calls go to ``url``,
    with ``token``."""
    return {
        "GOOGLE_OAUTH_ACCESS_TOKEN": token,
        "USER_PROJECT_OVERRIDE": "false",
        **{f"GOOGLE_{api}_CUSTOM_ENDPOINT": f"{url}/{base}" for api, base in _BASES.items()},
    }
