"""Tests of `overrides`, `resources` and `customize`."""
