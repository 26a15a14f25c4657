"""Plan and fresh observations -> dead, alive, alive for a while, or unknown."""

from __future__ import annotations

from iac_offboard.verify.answered import open_ended as open_ended
from iac_offboard.verify.coverage import Coverage as Coverage
from iac_offboard.verify.covered import open_places as open_places
from iac_offboard.verify.entries import entries_of as entries_of
from iac_offboard.verify.judge import Probe as Probe
from iac_offboard.verify.judge import counts as counts
from iac_offboard.verify.look import is_shut as is_shut
from iac_offboard.verify.returned import Before as Before
from iac_offboard.verify.returned import came_back as came_back
from iac_offboard.verify.returned import gone_then as gone_then
from iac_offboard.verify.returned import with_returned as with_returned
from iac_offboard.verify.sessions import outlives as outlives
from iac_offboard.verify.settle import settle as settle
from iac_offboard.verify.sightings import Change as Change
from iac_offboard.verify.sightings import Memory as Memory
from iac_offboard.verify.sightings import changes as changes
from iac_offboard.verify.sightings import recall as recall
from iac_offboard.verify.sightings import sighting_of as sighting_of
from iac_offboard.verify.sightings import told as told
from iac_offboard.verify.verdicts import exit_code as exit_code
from iac_offboard.verify.verdicts import verdicts as verdicts
