"""From an environment to one graph: the only place that knows which family feeds which.

Each step builds one family from its own section and from values of the families before it. The
order here is the order of reading, not of deploying: that is the layout's.
"""
