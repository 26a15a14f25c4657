"""AWS as it stands: accounts, identities, who policies name. Nothing here writes."""

from __future__ import annotations
