"""Who leaves: the roster, typed aliases, and recognising a leaver by structure."""

from __future__ import annotations

from iac_offboard.subjects.matching import Hints, Match, Matcher
from iac_offboard.subjects.roster import Roster, load_roster

__all__ = ["Hints", "Match", "Matcher", "Roster", "load_roster"]
