"""The demo's team on Google Cloud: its code, its world, and the loop as a story."""
