"""Rules across sections that stop a run, and what does not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.faults import DATABASE, changed, load_faults, with_function, with_routes
from tests.support import MINIMAL, ROOT, load_text

ERRORS: dict[str, tuple[str, list[str]]] = {
    "unknown function": (
        changed("GET /jobs: web", "GET /jobs: wep"),
        [
            "8:12: api.routes[\"GET /jobs\"]: names the function 'wep', which is not under "
            "`functions`; did you mean 'web'?"
        ],
    ),
    "unknown function, written out": (
        changed("GET /jobs: web", "GET /jobs: {function: other}"),
        ["8:24: api.routes[\"GET /jobs\"].function: names the function 'other', which is not"],
    ),
    "two parameters at a level": (
        with_routes("GET /jobs/{id}", "GET /jobs/{job}/log"),
        [
            "8:35: api.routes[\"GET /jobs/{job}/log\"]: has {job} where 'GET /jobs/{id}' has "
            "{id}; API Gateway takes one path parameter at a level: use one name"
        ],
    ),
    "parameter beside a greedy one": (
        with_routes("GET /{id}", "ANY /{proxy+}"),
        ["has {proxy+} where 'GET /{id}' has {id}"],
    ),
    "greedy parts of two names": (
        with_routes("GET /{proxy+}", "POST /{rest+}"),
        ["has {rest+} where 'GET /{proxy+}' has {proxy+}"],
    ),
    "function name too long": (
        changed("service: jobs", f"service: {'j' * 40}").replace("web", "a-very-long-workers"),
        [f"5:3: functions.a-very-long-workers: gives the function name '{'j' * 40}-prod-a-very"],
    ),
    "variable of the adapter": (
        with_function("variables: {AWS_LWA_PORT: '1', AWS_LWA_READINESS_CHECK_PATH: /}"),
        [
            "sets the variable AWS_LWA_PORT, as functions.web.port does; keep one",
            "sets the variable AWS_LWA_READINESS_CHECK_PATH, as functions.web.readiness_path does",
        ],
    ),
    "variables of the database": (
        with_function("variables: {DB_HOST: h, DB_PASSWORD: p, DB_OTHER: o}") + DATABASE,
        ["variable DB_HOST, as database.host does", "variable DB_PASSWORD, as database.password"],
    ),
    "variables of a database with another prefix": (
        with_function("variables: {PG_PORT: h, DB_HOST: o}")
        + DATABASE
        + "  variable_prefix: PG_\n",
        ["variable PG_PORT, as database.port does"],
    ),
    "variable of the bucket": (
        with_function("variables: {BUCKET_NAME: b}") + "bucket: {name: jobs-uploads}\n",
        ["variable BUCKET_NAME, as bucket.name does"],
    ),
    "OPTIONS beside cors": (
        with_routes("GET /jobs", "OPTIONS /jobs") + "  cors: {origins: [https://a.b]}\n",
        ['8:30: api.routes["OPTIONS /jobs"]: is made by `api.cors` on every path'],
    ),
    "key without keys": (
        changed("GET /jobs: web", "GET /jobs: {function: web, api_key: true}"),
        ['8:39: api.routes["GET /jobs"].api_key: asks for an API key, but `api.usage_plan.keys`'],
    ),
    "topic and addresses": (
        MINIMAL + "alarms: {topic: 'arn:aws:sns:us-east-1:123456789012:t', emails: [a@b.c]}\n",
        ["9:57: alarms.emails: "],
    ),
    "two functions, one id": (
        changed("functions:\n", "functions:\n  w-eb: {image: {parameter: X}}\n"),
        ["functions.web: 'web' and 'w-eb' differ in hyphens alone, which logical ids do not keep"],
    ),
    "tags of ours": (
        MINIMAL + "tags: {Environment: a, Service: b, Component: c, environment: d}\n",
        [
            "tags.Environment: is set by",
            "tags.Service: is set by",
            "tags.Component: is set by",
            "tags.environment: is set by",
        ],
    ),
    "tags that IAM takes for one": (
        MINIMAL + "tags: {Team: a, team: b}\n",
        ["tags.team: is 'Team' in other letters, which IAM takes"],
    ),
    "a bucket's variable that is the database's": (
        (MINIMAL + DATABASE + "bucket: {name: uploads, variable: DB_HOST}\n"),
        ["bucket.name: sets the variable DB_HOST, as database.host does; keep one, or rename one"],
    ),
    "a prefix that is the adapter's": (
        (MINIMAL + DATABASE + "bucket: {name: uploads, variable: AWS_LWA_PORT}\n"),
        ["bucket.name: sets the variable AWS_LWA_PORT, as functions.web.port does"],
    ),
    "an image elsewhere": (
        changed("ecr.us-east-1", "ecr.us-west-2"),
        ["functions.web.image: is in us-west-2, but `region` is us-east-1; name the one there"],
    ),
    "a topic elsewhere": (
        MINIMAL + "alarms: {topic: 'arn:aws:sns:us-west-2:123456789012:a'}\n",
        ["alarms.topic: is in us-west-2, but `region` is us-east-1; name the one there"],
    ),
    "a prefix that makes a reserved name": (
        (MINIMAL + DATABASE + "  variable_prefix: AWS_LAMBDA_FUNCTION_\n"),
        ["database.name: gives the variable AWS_LAMBDA_FUNCTION_NAME, which Lambda sets itself"],
    ),
    "tags of AWS": (
        MINIMAL + "tags: {'aws:x': a, 'AWS:y': b}\n",
        ['tags["aws:x"]: begins with aws:, which AWS keeps', 'tags["AWS:y"]: begins with aws:'],
    ),
    "database identifiers": (
        MINIMAL + DATABASE + "  instance_identifier: a\n  cluster_identifier: b\n",
        [
            "database.cluster_identifier: names both instance_identifier and cluster_identifier; "
            "keep one"
        ],
    ),
    "uses a section that is not there": (
        with_function("uses: [database]"),
        ["functions.web.uses: names `database`, which is not in the file"],
    ),
    "all origins and others": (
        MINIMAL + "  cors: {origins: ['*', 'https://a.b']}\n",
        ["api.cors.origins[0]: lists '*' beside other origins; keep either"],
    ),
    "all origins with credentials": (
        MINIMAL + "  cors: {origins: ['*'], credentials: true}\n",
        [
            "api.cors.origins: has '*' together with credentials, which browsers refuse; list "
            "origins"
        ],
    ),
    "echo with credentials": (
        MINIMAL + "  cors: {origins: [https://a.b], error_origin: echo, credentials: true}\n",
        ["api.cors.error_origin: echoes any origin together with credentials"],
    ),
    "authorization without a reason": (
        changed("authorization: iam", "authorization: none"),
        ["api.authorization: is none, so anyone who reaches the API may call, from the"],
    ),
    "a reason with iam": (
        changed("authorization: iam", "authorization: {type: iam, reason: because of it}"),
        ["api.authorization: needs no reason with iam; remove it"],
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_stops_a_run(case: str) -> None:
    text, expected = ERRORS[case]
    found = load_faults(text)
    assert len(found) == len(expected)
    for fault, message in zip(found, expected, strict=True):
        assert message in fault


PASSES: dict[str, str] = {
    "parameters at different levels": with_routes("GET /a/{x}", "GET /b/{y}", "GET /a/{x}/{y}"),
    "one parameter in several routes": with_routes("GET /a/{x}", "POST /a/{x}", "GET /a/{x}/b"),
    "a parameter beside plain parts": with_routes("GET /a/{x}", "GET /a/b"),
    "OPTIONS without cors": with_routes("OPTIONS /jobs"),
    "variables of a database not used": with_function("variables: {DB_HOST: h}, uses: []")
    + DATABASE,
    "variable of a bucket not there": with_function("variables: {BUCKET_NAME: b}"),
    "the longest name": changed("service: jobs", f"service: {'j' * 40}").replace("web", "w" * 18),
    "key with keys": changed("GET /jobs: web", "GET /jobs: {function: web, api_key: true}")
    + "  usage_plan: {keys: [partner]}\n",
    "echo without credentials": MINIMAL + "  cors: {origins: [https://a.b], error_origin: echo}\n",
    "none with a reason": changed("iam", "{type: none, reason: it has only public data}"),
    "other tags": MINIMAL + "tags: {Team: a, awsome: b}\n",
    "one identifier": MINIMAL + DATABASE + "  cluster_identifier: b\n",
}


@pytest.mark.parametrize("case", PASSES)
def test_what_does_not_stop_a_run(case: str) -> None:
    load_text(PASSES[case])


CLASHES = with_routes("GET /a/{x}", "GET /a/{p}/{r}", "GET /a/{p}/{q}", "GET /a/{o}/{n}/{m}")


@pytest.mark.parametrize("seed", ["1", *(pytest.param(n, marks=pytest.mark.slow) for n in "25")])
def test_messages_are_the_same_in_every_process(seed: str) -> None:
    code = "import sys; from tests.faults import load_faults"
    code += "; print(chr(10).join(load_faults(sys.argv[1])))"
    run = subprocess.run(
        [sys.executable, "-c", code, CLASHES],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == load_faults(CLASHES)
