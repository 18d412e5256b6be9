"""Tests; see CONTRIBUTING.md for what each kind is for."""
