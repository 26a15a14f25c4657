"""Removals as text: cuts in files, bytes in and bytes out, and the patch that shows them.

``spans.apply_cuts`` makes the edit, ``diff.unified`` the patch, ``second_reader.agrees`` asks
another parser. Pure: nothing here reads or writes a file.
"""
