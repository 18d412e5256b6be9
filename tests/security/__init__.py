"""What the templates let a function do, and what they do not."""
