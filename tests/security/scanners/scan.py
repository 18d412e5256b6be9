"""Runs checkov and parliament on templates and policies, in one process that opens no connection.

For the environment of the scanners (see `run.py`): reads what to scan as JSON on stdin, and writes
what was found to stdout, by the names that were given: a rule's id and what it is about.
"""

import json
import logging
import os
import socket
import sys
import tempfile
import warnings
from pathlib import Path

PACKED = 200  # resources in a template that holds them for no other reason


def main():
    """Answer one request."""
    warnings.simplefilter("ignore")
    socket.socket.connect = socket.getaddrinfo = socket.create_connection = _refused
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ["CHECKOV_PARALLELIZATION_TYPE"] = "none"  # else each file has its own process
    asked = json.load(sys.stdin)
    said, sys.stdout = sys.stdout, sys.stderr
    answer = {"templates": {}, "resources": {}, "policies": {}}
    if asked["templates"] or asked["resources"]:
        answer |= _checkov(asked["templates"], asked["resources"])
    if asked["policies"]:
        answer["policies"] = _parliament(asked["policies"])
    json.dump(answer, said)


def _refused(*_, **__):
    raise OSError("scanners ask nobody")


def _checkov(templates, resources):
    """Return what fails and what is skipped in templates, and what fails in resources."""
    from checkov.cloudformation.checks.resource.registry import cfn_registry
    from checkov.cloudformation.runner import Runner
    from checkov.runner_filter import RunnerFilter

    logging.disable(logging.CRITICAL)
    checked = {
        name: body for name, body in resources.items() if cfn_registry.get_checks(body["Type"])
    }
    named = {f"R{number}": name for number, name in enumerate(checked)}
    ids = list(named)
    packs = {
        f"\0{start}": {
            "Resources": {key: checked[named[key]] for key in ids[start : start + PACKED]}
        }
        for start in range(0, len(ids), PACKED)
    }
    found = {name: {"failed": [], "skipped": []} for name in templates}
    alone = {name: [] for name in resources}
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, template) in enumerate((templates | packs).items()):
            path = Path(folder) / f"{number}.json"
            path.write_text(json.dumps(template, indent=1))
            names[str(path)] = name
        only = RunnerFilter(framework=["cloudformation"], run_image_referencer=False)
        report = Runner().run(None, files=list(names), runner_filter=only)
    if report.parsing_errors:
        raise SystemExit(f"not read: {[names[path] for path in report.parsing_errors]}")
    for kind, records in (("failed", report.failed_checks), ("skipped", report.skipped_checks)):
        for record in records:
            template, key = names[record.file_abs_path], record.resource.split(".")[-1]
            if template in packs:
                alone[named[key]].append(record.check_id)
            else:
                found[template][kind].append([record.check_id, key])
    return {"templates": found, "resources": {name: sorted(set(of)) for name, of in alone.items()}}


def _parliament(policies):
    """Return parliament's findings: issue and detail."""
    import parliament

    found = {}
    for name, document in policies.items():
        text = json.dumps(document)
        analyzed = parliament.analyze_policy_string(text, include_community_auditors=True)
        found[name] = sorted([item.issue, str(item.detail)] for item in analyzed.findings)
    return found


if __name__ == "__main__":
    main()
