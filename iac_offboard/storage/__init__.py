"""Bytes of states, from wherever they are kept: read, and nothing else done to them."""

SCHEME = "s3://"
"""How the URL of an object in S3 begins."""
DEFAULT = "default"
"""The workspace that always exists ("Workspaces", Terraform documentation)."""
