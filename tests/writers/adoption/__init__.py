"""The files for an import."""
