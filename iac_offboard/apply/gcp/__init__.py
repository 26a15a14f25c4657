"""Carrying a plan out on Google Cloud. Imported on use: it needs the extra
``iac-offboard[gcp]``."""

from __future__ import annotations

from iac_offboard.apply.gcp.executor import GcpExecutor as GcpExecutor
from iac_offboard.apply.gcp.verbs import VERBS as VERBS
