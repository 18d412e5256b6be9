"""The models of sections."""
