"""Writers: stacks as text, and text as files."""
