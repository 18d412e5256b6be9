"""The commands, a module each: its options, and what runs it and returns an exit code."""
