"""Bytes of states, from wherever they are kept: read, and nothing else done to them."""

SCHEME = "s3://"
"""How the URL of an object in S3 begins."""
DEFAULT = "default"
"""The workspace that always exists ("Workspaces", Terraform documentation)."""


def in_bucket(url: str) -> tuple[str, str]:
    """The bucket and the key of ``s3://BUCKET/KEY``, "" for what is not there."""
    bucket, _, key = url.removeprefix(SCHEME).partition("/")
    return bucket, key
