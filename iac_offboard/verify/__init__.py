"""Plan and fresh observations -> dead, alive or unknown."""

from __future__ import annotations

from iac_offboard.verify.coverage import Coverage as Coverage
from iac_offboard.verify.settle import settle as settle
from iac_offboard.verify.verdicts import Probe as Probe
from iac_offboard.verify.verdicts import exit_code as exit_code
from iac_offboard.verify.verdicts import verdicts as verdicts
