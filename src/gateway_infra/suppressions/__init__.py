"""Rules of public scanners that these templates break on purpose, each with its reason.

``table`` holds them as data: which resources, which rules, why. ``found`` says which are in force
in a set of resources, ``metadata`` writes them where scanners read them. Whether a resource breaks
a rule is seen from its final properties alone, so an exception comes and goes with what it is
about.
"""
