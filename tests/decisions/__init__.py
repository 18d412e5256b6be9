"""The decision record, executable: each test holds what docs/decisions.md says."""
