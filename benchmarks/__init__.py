"""Measurements of iac-offboard: ``python -m benchmarks``. Numbers and ratios, no thresholds."""
