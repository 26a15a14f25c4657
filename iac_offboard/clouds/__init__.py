"""One border per cloud: sessions, retries, error translation.

A library room under ``live`` and ``apply``. Nothing outside it knows an SDK's exceptions.
"""

from __future__ import annotations
