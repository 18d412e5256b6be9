"""Preflight rules on what is made: the graph, and the templates as they would be written."""
