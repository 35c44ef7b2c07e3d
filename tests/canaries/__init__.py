"""Tests of libraries: they fail when a library no longer is what a mechanism of ours leans on.

Each names the mechanism; docs/speed.md, "What we pay for speed", says how to switch it off.
"""
