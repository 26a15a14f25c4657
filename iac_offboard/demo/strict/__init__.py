"""A strict AWS: moto behind the rules that moto does not enforce (DESIGN.md, FACTS.md).

moto alone gives false green: it deletes users that still have keys, never pages IAM lists,
lets missing roles be assumed and accepts deleted keys. This package is a WSGI middleware in
front of it. ``StrictServer`` runs it in a thread of this process; ``python -m
iac_offboard.demo.strict`` runs it as a process of its own. Nothing here is for production.
"""

from __future__ import annotations

from iac_offboard.demo.strict.app import Config, StrictAws
from iac_offboard.demo.strict.callers import AccessKeyPair
from iac_offboard.demo.strict.ledger import WriteEntry
from iac_offboard.demo.strict.server import StrictServer

__all__ = ["AccessKeyPair", "Config", "StrictAws", "StrictServer", "WriteEntry"]
