"""A pipeline for GitLab: checks, what a merge request would change, and the deployment.

The AWS CLI assumes a role by itself with a token that GitLab signs for the job.
https://docs.gitlab.com/ci/secrets/id_token_authentication
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-oidc
A job's own token cannot write a note (https://gitlab.com/gitlab-org/gitlab/-/issues/464591), so
that needs one of the project's.
"""

from __future__ import annotations

from gateway_infra.writers.deployers import pipeline_text
from gateway_infra.writers.plan import Plan

_TAKEN = ("CI", "CI_", "GITLAB_", "MERGE_REQUEST_TOKEN", "PIP_")
"""Names of GitLab's own, and of what the jobs and pip in them read. A project's variable stands
above one of the same name in a pipeline's file.
https://docs.gitlab.com/ci/variables/predefined_variables
https://docs.gitlab.com/ci/variables/#cicd-variable-precedence
https://pip.pypa.io/en/stable/topics/configuration/#environment-variables"""

_NOTE = """\
if [ -n "${MERGE_REQUEST_TOKEN-}" ]; then
  python3 - <<'PYTHON'
import json, os, urllib.request

notes = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes"
notes = notes.format_map(os.environ)
marker = "<!-- gateway-infra <name> -->"

def call(method, url, **body):
    request = urllib.request.Request(url, json.dumps(body).encode(), method=method)
    request.add_header("PRIVATE-TOKEN", os.environ["MERGE_REQUEST_TOKEN"])
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)

with open("changes.txt", encoding="utf-8", errors="replace") as file:
    text = f"{marker}\\n``````\\n{file.read(60000)}\\n``````\\n"
first = call("GET", notes + "?order_by=created_at&sort=asc&per_page=100")
own = [note["id"] for note in first if note["body"].startswith(marker)]
if own:
    call("PUT", f"{notes}/{own[0]}", body=text)
else:
    call("POST", notes, body=text)
PYTHON
fi"""


def gitlab_ci_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` for an environment variable whose name the pipeline or GitLab has for
    itself. Nothing is written of the others, as GitLab gives every job the project's variables.
    """
    pipeline_text.secrets(plan, _TAKEN)
    names = pipeline_text.names(plan)
    lines = {
        "install": [f"pip install --quiet -r {pipeline_text.REQUIREMENTS}"],
        "install_aws": ["pip install --quiet 'awscli>=1.32,<2'"],
        "dry_run_credentials": _credentials(names["dry_run_role"], plan.region),
        "note": _NOTE.splitlines(),
        "when": ["when: manual"] if plan.protect else [],
        "generate": pipeline_text.generate_lines(plan),
        "deploy_credentials": _credentials("AWS_DEPLOY_ROLE", plan.region),
        "deploy": pipeline_text.deploy_lines(plan),
    }
    text = pipeline_text.fill("gitlab_ci.yaml", names, lines)
    return {f"{plan.environment}.gitlab-ci.yml": text}


def _credentials(role: str, region: str) -> list[str]:
    """Return the shell lines after which the AWS CLI assumes the role that a variable names."""
    return [
        "umask 077",
        'export AWS_WEB_IDENTITY_TOKEN_FILE="$CI_PROJECT_DIR.aws-token"',
        'printf "%s" "$AWS_ID_TOKEN" >"$AWS_WEB_IDENTITY_TOKEN_FILE"',
        f'export AWS_ROLE_ARN="${role}" AWS_ROLE_SESSION_NAME="gitlab-$CI_JOB_ID"',
        f"export AWS_DEFAULT_REGION={region}",
    ]
