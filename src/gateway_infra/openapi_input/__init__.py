"""From somebody's OpenAPI document to routes and models of the environment file."""
