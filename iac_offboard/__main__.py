"""``python -m iac_offboard``."""

from __future__ import annotations

import sys

from iac_offboard.cli import main

sys.exit(main())
