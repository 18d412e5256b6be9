"""The translation of OpenAPI documents."""
