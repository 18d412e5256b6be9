"""Literals and deploy-time values, and the intrinsic functions of templates."""
