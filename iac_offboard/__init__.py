"""Find, remove and prove gone every cloud identity binding of a leaver."""

from __future__ import annotations

__version__ = "0.1.0"
