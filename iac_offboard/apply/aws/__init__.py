"""Carrying a plan out on AWS. Imported on use: it needs the extra ``iac-offboard[aws]``."""

from __future__ import annotations

from iac_offboard.apply.aws.executor import AwsExecutor as AwsExecutor
from iac_offboard.apply.aws.executor import Session as Session
from iac_offboard.apply.aws.verbs import VERBS as VERBS
