"""Google Cloud -> observations: found by Cloud Asset's search, proven by the policies."""

from __future__ import annotations
