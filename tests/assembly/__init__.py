"""Assembly: which family feeds which, in whole environments."""
