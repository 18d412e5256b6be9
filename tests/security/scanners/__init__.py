"""checkov and parliament, in an environment of their own, and what they may find."""
