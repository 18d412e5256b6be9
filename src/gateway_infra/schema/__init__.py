"""The JSON Schema of environment files, made from the models that validate them."""
