"""Cloud APIs read into observations: read only, with credentials of their own."""

from __future__ import annotations
