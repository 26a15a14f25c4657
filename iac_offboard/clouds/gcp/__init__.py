"""The Google border: who we are (session), what may be called (operations), the allow policy of any
resource (policies), what an SDK error means (translate). The client library is imported here."""

from __future__ import annotations
