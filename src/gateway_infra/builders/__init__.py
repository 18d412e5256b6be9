"""Builders: one module a family, each a pure function from its settings to its resources."""
