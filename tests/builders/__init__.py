"""Unit tests, one module for each builder family."""
