"""Tests of libraries: they fail when a library no longer is what a mechanism of ours leans on.

Each names the mechanism; docs/speed.md, "The price of speed", describes how to switch it off.
"""
