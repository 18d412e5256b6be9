"""Tests of reading, merging and validating environment files."""
