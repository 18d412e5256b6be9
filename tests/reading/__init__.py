"""Texts with locations."""
