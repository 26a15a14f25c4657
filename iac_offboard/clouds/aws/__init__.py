"""The AWS border: who we are (session), how a call is made (calls), what may be called
(operations), what an SDK error means (translate). botocore is imported here and nowhere else."""

from __future__ import annotations
