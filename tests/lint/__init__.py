"""Tests of the report of ``gateway-infra lint``."""
