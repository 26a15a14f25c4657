"""Wiring, nothing else: the one place that knows in which order the rooms are used."""

from __future__ import annotations
