"""Rules of what templates hold, each at its limit and beside it."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.files import DATABASE_LINES, file
from tests.support import generate_text
from tests.template_checks.templates import found, severities


def routes(count: int) -> str:
    """Return so many routes, each on a path of its own: two resources a route."""
    return "{" + ", ".join(f"GET /p{number}: web" for number in range(count)) + "}"


def quota(settings: str, **sections: str) -> str:
    """Return an environment with these quotas."""
    return file(more=f"account: {{quotas: {{{settings}}}}}", **sections)


def functions(count: int, settings: str = "", more: str = "") -> str:
    """Return an environment with so many functions beside ``web``."""
    lines = "".join(f"  f{n}: {{image: {{parameter: Image}}{settings}}}\n" for n in range(count))
    return file(more=more).replace("functions:\n", f"functions:\n{lines}")


def with_variables(count: int) -> str:
    """Return an environment whose function reads so many SSM parameters of fixed versions."""
    entries = ", ".join(f"V{n:02}: {{ssm: /v/{n}, version: 1}}" for n in range(count))
    return file(f"variables: {{{entries}}}")


def default(size: int, quotas: str = "") -> str:
    """Return an environment with a parameter whose default has so many bytes."""
    arn = "arn:aws:sqs:us-east-1:123456789012:"
    rest = size - len(arn)
    value = f"{{parameter: Queue, default: '{arn}{'é' * (rest // 2)}{'x' * (rest % 2)}'}}"
    more = f"account: {{quotas: {{{quotas}}}}}" if quotas else ""
    return file(f"statements: [{{actions: ['sqs:SendMessage'], resources: [{value}]}}]", more=more)


def database(count: int, quotas: str = "") -> str:
    """Return an environment with so many functions that use the database."""
    account = f"account: {{quotas: {{{quotas}}}}}\n" if quotas else ""
    text = file(more="\n".join(("database:", *DATABASE_LINES)) + f"\n{account}")
    lines = "".join(f"  f{n}: {{image: {{parameter: Image}}}}\n" for n in range(count - 1))
    return text.replace("functions:\n", f"functions:\n{lines}")


def counted(text: str, section: str, stack: str = "api") -> int:
    """Return how many a stack of an environment has of something."""
    template = {item.key: item.template for item in generate_text(text).stacks}[stack]
    return len(template[section])


API = counted(file(routes=routes(10)), "Resources")
PARAMETERS = counted(file(), "Parameters", "monitoring")
OUTPUTS = counted(file(), "Outputs", "function")
BYTES = max(stack.size for stack in generate_text(file()).stacks)
ADVICE = (
    "let /{proxy+} take routes that lead to the same function; or write api.definition: openapi, "
    "which makes one resource of all routes; or give paths stacks of their own with route_stacks; "
    "or split the API"
)

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI741",
        quota(f"stack_resources: {API - 1}", routes=routes(10)),
        f"api.routes: make {API} resources in the stack 'api'; CloudFormation takes {API - 1} "
        f"(account.quotas.stack_resources): {ADVICE}",
    ),
    ("GI741", file(routes=routes(250)), "api.routes: make 501 resources in the stack 'api'; Cloud"),
    (
        "GI741",
        functions(101, more="account: {quotas: {stack_outputs: 1000, stack_parameters: 1000}}"),
        "functions: make 510 resources in the stack 'function'; CloudFormation takes 500 "
        "(account.quotas.stack_resources): make services of their own of some of them",
    ),
    (
        "GI742",
        quota(f"stack_parameters: {PARAMETERS - 1}"),
        f"functions: make {PARAMETERS} parameters in the stack 'monitoring'; CloudFormation takes",
    ),
    (
        "GI743",
        quota(f"stack_outputs: {OUTPUTS - 1}"),
        f"functions: make {OUTPUTS} outputs in the stack 'function'; CloudFormation takes "
        f"{OUTPUTS - 1} (account.quotas.stack_outputs): make services of their own of some",
    ),
    (
        "GI744",
        quota(f"template_bytes: {BYTES - 1}"),
        f"functions: make {BYTES:,} bytes in the stack 'monitoring'; CloudFormation takes ",
    ),
    (
        "GI745",
        with_variables(61),
        "functions: make 61 dynamic references in the stack 'function'; CloudFormation takes 60 "
        "(account.quotas.dynamic_references): leave out the version of {ssm: …} values",
    ),
    (
        "GI746",
        file(routes=routes(225)),
        "api.routes: make 451 resources in the stack 'api'; CloudFormation takes 500 "
        "(account.quotas.stack_resources)",
    ),
    ("GI746", with_variables(55), "functions: make 55 dynamic references in the stack 'function'"),
    ("GI746", with_variables(60), "functions: make 60 dynamic references in the stack 'function'"),
    (
        "GI747",
        file(routes=routes(120)),
        "api.routes: make the template of the stack 'api' ",
    ),
    (
        "GI748",
        default(4097),
        "functions.web.statements[0].resources[0]: gives the parameter Queue a value of 4,097 "
        "bytes; "
        "CloudFormation takes 4,096 (account.quotas.parameter_bytes)",
    ),
    ("GI748", default(51, "parameter_bytes: 50"), "functions.web.statements[0].resources[0]: giv"),
    (
        "GI751",
        quota("api_resources: 10", routes=routes(10)),
        "api.routes: have 11 paths, each a resource of the API; an account's quota is 10 unless "
        "it was raised (then say so in account.quotas.api_resources)",
    ),
    (
        "GI755",
        database(4, "security_group_rules: 3"),
        "database.security_group: gets 4 inbound rules, one for each function that uses it; a "
        "group takes 3 with its own (account.quotas.security_group_rules)",
    ),
    (
        "GI756",
        file(routes=routes(101)),
        "api.routes: make 101 resources of paths, one by one; API Gateway takes 5 a second",
    ),
    (
        "GI757",
        file(more="layout: single"),
        "layout: has the API and its deployment in one stack, 'template': a removed route stays",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI741", quota(f"stack_resources: {API}", routes=routes(10))),
    ("GI741", file(routes=routes(249))),
    ("GI742", quota(f"stack_parameters: {PARAMETERS}")),
    ("GI743", quota(f"stack_outputs: {OUTPUTS}")),
    ("GI744", quota(f"template_bytes: {BYTES}")),
    ("GI745", with_variables(60)),
    ("GI746", file(routes=routes(224))),
    ("GI746", with_variables(54)),
    ("GI746", with_variables(61)),
    ("GI747", file()),
    ("GI748", default(4096)),
    ("GI748", default(50, "parameter_bytes: 50")),
    ("GI751", quota("api_resources: 11", routes=routes(10))),
    ("GI755", database(3, "security_group_rules: 3")),
    ("GI756", file(routes=routes(100))),
    ("GI756", file(routes=f"{routes(101)}\n  definition: openapi")),
    ("GI757", file()),
    ("GI757", file(routes="{GET /a: web}\n  definition: openapi", more="layout: single")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line, *_] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_the_advice_follows_the_layout_and_the_definition() -> None:
    text = quota("stack_resources: 20", routes=routes(20))
    [line] = found("GI741", text, layout="single")
    assert line.endswith("; or use the layout 'split'; or split the API")
    text = quota("template_bytes: 9000", routes=f"{routes(20)}\n  definition: openapi")
    [line] = [line for line in found("GI744", text) if "'api'" in line]
    assert line.endswith(": let /{proxy+} take routes that lead to the same function; or split the "
                         "API")  # fmt: skip


def test_a_template_is_told_of_just_above_what_a_request_holds() -> None:
    def size(count: int) -> int:
        stacks = generate_text(file(routes=routes(count))).stacks
        return next(stack.size for stack in stacks if stack.key == "api")

    # Indentation is taken away before a bucket is asked for.
    most = next(count for count in range(50, 120) if size(count + 1) > 51_200)
    assert size(most) <= 51_200 < size(most + 1)
    assert found("GI747", file(routes=routes(most))) == []
    assert len(found("GI747", file(routes=routes(most + 1)))) == 1
