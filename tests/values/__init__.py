"""Literals and deploy-time values."""
