"""Runs checkov and parliament on templates and policies, in one process that opens no connection.

For the environment of the scanners (see `run.py`): reads what to scan as JSON on stdin, and writes
what was found to stdout. A finding is a rule's id and what it is about.
"""

import json
import logging
import os
import socket
import sys
import tempfile
import warnings
from pathlib import Path

warnings.simplefilter("ignore")


def _refused(*_, **__):
    raise OSError("scanners ask nobody")


socket.socket.connect = socket.getaddrinfo = socket.create_connection = _refused
os.environ["LOG_LEVEL"] = "ERROR"
os.environ["CHECKOV_PARALLELIZATION_TYPE"] = "none"  # else each file has a process of its own


def checkov(templates):
    """Return the rules that fail and those that are skipped, each with its resource, by name."""
    from checkov.cloudformation.runner import Runner
    from checkov.runner_filter import RunnerFilter

    logging.disable(logging.CRITICAL)
    only = RunnerFilter(framework=["cloudformation"], run_image_referencer=False)
    found = {name: {"failed": [], "skipped": []} for name in templates}
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, template) in enumerate(templates.items()):
            path = Path(folder) / f"{number}.json"
            path.write_text(json.dumps(template, indent=1))
            names[str(path)] = name
        report = Runner().run(None, files=list(names), runner_filter=only)
    if report.parsing_errors:
        raise SystemExit(f"not read: {[names[path] for path in report.parsing_errors]}")
    for kind, records in (("failed", report.failed_checks), ("skipped", report.skipped_checks)):
        for record in records:
            resource = record.resource.split(".")[-1]
            found[names[record.file_abs_path]][kind].append([record.check_id, resource])
    return {name: {kind: sorted(of) for kind, of in kinds.items()} for name, kinds in found.items()}


def parliament(policies):
    """Return parliament's findings by name: issue and detail."""
    import parliament as library

    found = {}
    for name, document in policies.items():
        text = json.dumps(document)
        analyzed = library.analyze_policy_string(text, include_community_auditors=True)
        found[name] = sorted([item.issue, str(item.detail)] for item in analyzed.findings)
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    said, sys.stdout = sys.stdout, sys.stderr
    answer = {}
    if asked["templates"]:
        answer["checkov"] = checkov(asked["templates"])
    if asked["policies"]:
        answer["parliament"] = parliament(asked["policies"])
    json.dump(answer, said)
