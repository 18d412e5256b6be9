"""Tests of the writers: text and files."""
