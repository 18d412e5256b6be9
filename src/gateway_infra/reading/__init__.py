"""Texts with locations: YAML, merging, messages. Nothing here knows AWS."""
