"""Bytes of states, from wherever they are kept: read, and nothing else done to them."""
