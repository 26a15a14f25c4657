"""What could not be read of AWS, said as model.Skipped."""

from __future__ import annotations

from functools import partial

from iac_offboard.clouds import skips
from iac_offboard.clouds.aws.translate import UNSUPPORTED_CODES

skip_for = partial(skips.skip_for, unsupported=UNSUPPORTED_CODES)
