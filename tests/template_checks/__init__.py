"""Tests of the rules on templates."""
