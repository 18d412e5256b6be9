"""Tests of the commands, by module."""
