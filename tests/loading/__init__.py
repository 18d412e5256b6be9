"""Reading files: from a folder to one environment, or to every error."""
