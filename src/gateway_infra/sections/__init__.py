"""The sections of an environment file as models, one module for each family."""
