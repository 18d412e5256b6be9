"""The JSON Schema of environment files."""
