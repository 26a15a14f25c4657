"""Carrying an approved plan out: journal, approvals, runner. ``apply.aws`` is imported on use."""

from __future__ import annotations

from iac_offboard.apply.approval import Approval as Approval
from iac_offboard.apply.approval import accepted as accepted
from iac_offboard.apply.approval import approve as approve
from iac_offboard.apply.approval import check as check
from iac_offboard.apply.journal import Journal as Journal
from iac_offboard.apply.journal import verify_chain as verify_chain
from iac_offboard.apply.outcome import RunResult as RunResult
from iac_offboard.apply.person import PersonExecutor as PersonExecutor
from iac_offboard.apply.runner import run as run
