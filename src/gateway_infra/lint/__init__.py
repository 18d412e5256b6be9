"""``gateway-infra lint``: what preflight and cfn-lint find, as one report.

``cfn_lint`` runs it over templates, ``parallel`` in several processes, ``cache`` and ``state``
remember; ``trace`` leads from a template back to the file; ``report`` puts all together, and
``text``, ``document``, ``sarif`` and ``junit`` write it. cfn-lint is large, optional and untyped,
so it is imported when it runs; and what a second run needs imports little.
"""
