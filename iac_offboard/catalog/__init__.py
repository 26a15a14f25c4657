"""What a binding looks like: data rows, and how identities are spelled.

A library room under ``sources``, ``live``, ``edit`` and ``plan``: it knows resource types,
ARNs and policy documents, and nothing of files, state or API calls.
"""

from __future__ import annotations
