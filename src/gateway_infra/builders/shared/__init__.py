"""Helpers that several builders use."""
