"""What the file does to the graph beyond its own words: overrides, resources, `customize`."""
