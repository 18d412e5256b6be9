"""What the tests of rules about values, network and functions share: a quiet file to change."""

from __future__ import annotations

from tests.rules.apis import IMAGE

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
DATABASE_LINES = (
    "  host: db.example.com",
    "  name: jobs",
    "  user: jobs_app",
    "  security_group: sg-0a1b2c3d",
    "  password: {environment_variable: DB_PASSWORD}",
)


def file(
    function: str = "",
    *,
    image: str = IMAGE,
    subnets: str = "[subnet-0a1b2c3d, subnet-1a2b3c4d]",
    routes: str = "{GET /jobs: web}",
    database: str | None = None,
    bucket: str | None = None,
    region: str = "us-east-1",
    more: str = "",
) -> str:
    """Return an environment of which no rule finds anything but what the arguments make.

    `function` holds further settings of the function ``web``, as in ``"memory: 512"``; `database`
    and `bucket` keys of those sections, which replace those that there are; `more` sections.
    """
    settings = ", ".join(part for part in (f"image: {image}", "timeout: 29", function) if part)
    lines = [
        "service: jobs",
        f"region: {region}",
        f"network: {{vpc: vpc-0a1b2c3d, subnets: {subnets}}}",
        "functions:",
        f"  web: {{{settings}}}",
        "api:",
        "  authorization: iam",
        f"  routes: {routes}",
    ]
    if database is not None:
        own = [f"  {line}" for line in database.splitlines()]
        keys = {line.split(":")[0] for line in own}
        lines += ["database:", *own]
        lines += [line for line in DATABASE_LINES if line.split(":")[0] not in keys]
    if bucket is not None:
        lines += ["bucket:", *(f"  {line}" for line in bucket.splitlines())]
    return "\n".join([*lines, *more.splitlines()]) + "\n"


def variables(entries: str, **sections: str) -> str:
    """Return an environment whose function has these variables, as in ``"NOTE: text"``."""
    return file(f"variables: {{{entries}}}", **sections)


def statement(actions: str, resources: str, further: str = "", **sections: str) -> str:
    """Return an environment whose role has a statement more, and maybe `further` ones."""
    own = f"{{actions: [{actions}], resources: [{resources}]}}"
    return file(f"statements: [{own}{further and ', ' + further}]", **sections)
