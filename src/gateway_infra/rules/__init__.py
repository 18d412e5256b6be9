"""Preflight rules: what is known to go wrong, found before AWS is asked.

A rule is a small pure function over the environment, with an id, a severity, the reason, the fix
and AWS's page. ``GI`` and three digits, grouped: 0 the file, 1 values, network, database, bucket
and secrets, 2 functions, 3 the API and its routes, 4 CORS, 5 stage, logs and usage plan, 6 alarms,
7 stacks, names, tags and quotas, 8 overrides and additions. An id is never used for another rule.
"""
