"""Tests of the exceptions to scanners' rules."""
