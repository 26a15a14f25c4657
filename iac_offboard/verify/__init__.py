"""Plan and fresh observations -> dead, alive, alive for a while, or unknown."""

from __future__ import annotations

from iac_offboard.verify.coverage import Coverage as Coverage
from iac_offboard.verify.covered import open_places as open_places
from iac_offboard.verify.judge import Probe as Probe
from iac_offboard.verify.settle import settle as settle
from iac_offboard.verify.sightings import Change as Change
from iac_offboard.verify.sightings import Memory as Memory
from iac_offboard.verify.sightings import changes as changes
from iac_offboard.verify.sightings import recall as recall
from iac_offboard.verify.verdicts import exit_code as exit_code
from iac_offboard.verify.verdicts import verdicts as verdicts
