"""Tests of the preflight rules."""
