"""What is said of a deploy over what an earlier run wrote."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from gateway_infra.changes import changes
from gateway_infra.graph import Reference
from gateway_infra.pipeline import generate
from gateway_infra.writers.plan import Plan
from gateway_infra.writers.previous_output import Written, from_plan, read_written
from tests.support import CASES, ROOT, generate_text, generated_case
from tests.test_cases import NAMES

BASE = """\
service: jobs
region: us-east-1
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
database: {host: db.internal, name: jobs, user: jobs, security_group: sg-0a1b2c3d, password:
  {environment_variable: DB_PASSWORD}}
functions:
  web: {image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1", uses: [database]}
  web-thumbs: {image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"}
  idle: {image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"}
api:
  authorization: iam
  usage_plan: {keys: [partner]}
  routes:
    GET /jobs: web
    GET /jobs/{id}: web
    GET /jobs/{id}/log: web
    POST /images/{name}: web-thumbs
    ANY /thumbs: web-thumbs
alarms: {emails: [a@example.com]}
account: {api_gateway_log_role: true}
"""

OPENAPI = BASE.replace("authorization: iam", "authorization: iam\n  definition: openapi")
GROUPED = BASE + "route_stacks: {images: [/images]}\n"
THUMBS = "\n".join(line for line in BASE.splitlines() if "thumbs" not in line)
NO_THUMBS_ROUTES = "\n".join(line for line in BASE.splitlines() if ": web-thumbs" not in line)

REMOVED = (
    "functions.web-thumbs: is removed while deployed routes call it: POST /images/{name}, "
    "ANY /thumbs. In several stacks that takes two deploys, or they answer 500 in between: deploy "
    "first with functions.web-thumbs and no route that leads to it, then without it"
)


def layout(*order: str) -> str:
    """Return a layout of one's own, from ``key=family+family``."""
    rows = [part.split("=") for part in order]
    return "layout:\n" + "".join(f"  {key}: [{', '.join(v.split('+'))}]\n" for key, v in rows)


MONITORING = "watch=topic+alarms+dashboard"
STAGE = "stage=api-log-groups+deployment+stage+usage-plan"
CODE = "security-group+database-ingress+function-log-group+function"
TWO = layout("code=role+" + CODE, "rest=api+cors+permission", STAGE, MONITORING)
TWO_ROLE_LAST_BUT_ONE = layout(
    "roles=role", "code=" + CODE, "rest=api+cors+permission", STAGE, MONITORING
)


@cache
def plan(text: str, stands: str | None = None) -> Plan:
    return generate_text(text, layout=stands).plan


def told(old: str, new: str, stands: str | None = None) -> Sequence[str]:
    """Return what is said of a change of the file."""
    return changes(from_plan(plan(old, stands)), plan(new, stands))


UNREMARKABLE = {
    "nothing": (BASE, BASE),
    "an image": (BASE, BASE.replace("jobs:1", "jobs:2")),
    "memory": (BASE, BASE.replace("uses: [database]", "uses: [database], memory: 2048")),
    "no database": (BASE, BASE.replace(", uses: [database]", "")),
    "a new function with a route": (THUMBS, BASE),
    "a new route": (NO_THUMBS_ROUTES, BASE),
    "a removed route": (BASE, BASE.replace("    GET /jobs/{id}/log: web\n", "")),
    "all routes below a path removed": (
        BASE,
        "\n".join(line for line in BASE.splitlines() if "/jobs/{id}" not in line),
    ),
    "a route that leads to another function": (
        BASE,
        BASE.replace("ANY /thumbs: web-thumbs", "ANY /thumbs: web"),
    ),
    "routes of a function removed, the first deploy of two": (BASE, NO_THUMBS_ROUTES),
    "the function removed, the second": (NO_THUMBS_ROUTES, THUMBS),
    "a function without routes": (
        BASE,
        "\n".join(line for line in BASE.splitlines() if "idle:" not in line),
    ),
    "alarms told to nobody": (BASE, BASE.replace("alarms: {emails: [a@example.com]}\n", "")),
    "an API key": (BASE, BASE.replace("keys: [partner]", "keys: [other]")),
    "authorization": (
        BASE,
        BASE.replace("authorization: iam", "authorization: {type: none, reason: Checked inside.}"),
    ),
    "CORS": (BASE, BASE.replace("  usage", '  cors: {origins: ["https://a.example"]}\n  usage')),
    "another path parameter elsewhere": (
        BASE,
        BASE.replace("    ANY /thumbs", "    GET /other/{key}: web\n    ANY /thumbs"),
    ),
    "a document: a path parameter": (OPENAPI, OPENAPI.replace("{id}", "{jobId}")),
    "a document: a route": (OPENAPI, OPENAPI.replace("    GET /jobs: web\n", "")),
    "a document: the second deploy": (
        OPENAPI.replace("    POST /images/{name}: web-thumbs\n    ANY /thumbs: web-thumbs\n", ""),
        "\n".join(line for line in OPENAPI.splitlines() if "thumbs" not in line),
    ),
    "routes that get a stack of their own": (BASE, GROUPED),
}


@pytest.mark.parametrize("name", UNREMARKABLE)
def test_nothing_is_said_of_what_one_deploy_does_well(name: str) -> None:
    old, new = UNREMARKABLE[name]
    assert told(old, new, "split") == ()


@pytest.mark.parametrize("name", UNREMARKABLE)
def test_nothing_is_said_of_these_in_one_stack(name: str) -> None:
    old, new = UNREMARKABLE[name]
    if "route_stacks" not in new:
        assert told(old, new, "single") == ()


@pytest.mark.parametrize("new", [THUMBS, BASE.replace("web-thumbs", "web-images")])
def test_a_function_that_goes_or_is_renamed_with_its_routes_is_said_once(new: str) -> None:
    """One message, for function, role, log group and security group alike."""
    assert told(BASE, new, "split") == (REMOVED,)


def test_a_function_that_goes_while_its_route_leads_elsewhere() -> None:
    new = "\n".join(line for line in BASE.splitlines() if "  web-thumbs: {" not in line)
    assert told(BASE, new.replace(": web-thumbs", ": web"), "split") == (REMOVED,)


def test_a_function_with_one_route() -> None:
    old = BASE.replace("    ANY /thumbs: web-thumbs\n", "")
    (message,) = told(old, THUMBS, "split")
    assert "call it: POST /images/{name}. In" in message
    assert "or it answers 500" in message


def test_a_function_of_a_document() -> None:
    new = "\n".join(line for line in OPENAPI.splitlines() if "thumbs" not in line)
    assert told(OPENAPI, new, "split") == (REMOVED,)


def test_a_function_whose_routes_have_a_stack_of_their_own() -> None:
    new = "\n".join(line for line in GROUPED.splitlines() if "  web-thumbs: {" not in line)
    new = new.replace(": web-thumbs", ": web")
    assert told(GROUPED, new) == (REMOVED,)


def test_a_function_that_is_kept_when_it_leaves_the_template() -> None:
    """As after `--import-ready`: it goes on answering."""
    old = from_plan(plan(BASE, "split"))
    stacks = {
        name: stack._replace(
            resources={key: item._replace(kept=True) for key, item in stack.resources.items()}
        )
        for name, stack in old.stacks.items()
    }
    assert changes(old._replace(stacks=stacks), plan(THUMBS, "split")) == ()


def test_a_function_that_goes_with_its_stack() -> None:
    """The stack stays until it is deleted by hand, and so does the function."""
    (message,) = changes(from_plan(plan(BASE, "split")), plan(THUMBS, "single"))
    assert message.startswith("the stacks are others now")


def test_a_path_that_goes_in_two_stacks() -> None:
    """Callers are served from the deployment's copy of the API, which still has it."""
    old = BASE + 'route_stacks: {more: ["/jobs/{id}/log", /images]}\n'
    new = "\n".join(line for line in old.splitlines() if "GET /jobs/{id}" not in line)
    assert told(old, new.replace('"/jobs/{id}/log", ', "")) == ()


def test_a_topic_that_goes_before_its_alarms() -> None:
    layers = (f"code=role+{CODE}", "rest=api+cors+permission", STAGE)
    old = BASE + layout(*layers, "tell=topic", "watch=alarms+dashboard")
    new = old.replace("emails: [a@example.com]", "topic: arn:aws:sns:us-east-1:123456789012:t")
    (message,) = told(old, new)
    assert message.startswith("the stack jobs-prod-tell is no longer made")
    assert "before you deploy" not in message
    old = BASE + layout(*layers[:2], f"{STAGE}+topic", "watch=alarms+dashboard")
    new = old.replace("emails: [a@example.com]", "topic: arn:aws:sns:us-east-1:123456789012:t")
    assert told(old, new) == ()


def test_what_nobody_calls_may_move() -> None:
    layers = (f"code=role+{CODE}", "rest=api+cors+permission", STAGE)
    one = BASE + layout(*layers, MONITORING)
    two = BASE + layout(*layers, "watch=topic+alarms", "board=dashboard")
    assert told(one, two) == ()
    (message,) = told(two, one)
    assert message.startswith("the stack jobs-prod-board is no longer made")


def test_anything_else_that_goes_under_use() -> None:
    """Here a role whose logical id is another one."""
    old = from_plan(plan(BASE, "split"))
    roles = old.stacks["jobs-prod-role"]
    resources = {
        "FunctionWebOldRole" if key == "FunctionWebRole" else key: item
        for key, item in roles.resources.items()
    }
    outputs = {**roles.outputs, "FunctionWebRoleArn": Reference("FunctionWebOldRole", "Arn")}
    changed = {**old.stacks, roles.name: roles._replace(resources=resources, outputs=outputs)}
    assert changes(old._replace(stacks=changed), plan(BASE, "split")) == (
        "FunctionWebOldRole of the stack jobs-prod-role is removed, and FunctionWeb of "
        "jobs-prod-function, which is deployed after it, refers to it until then: deploy first "
        "with it and without that reference, then without it",
    )


def test_many_routes_are_counted() -> None:
    routes = "".join(f"    GET /more/{n}: web-thumbs\n" for n in range(5))
    old = BASE.replace("alarms:", routes + "alarms:")
    (message,) = told(old, THUMBS, "split")
    assert "call it: POST /images/{name}, GET /more/0, GET /more/1 and 4 more. In" in message


def test_a_function_in_one_stack_with_its_routes_is_for_cloudformation() -> None:
    assert told(BASE, THUMBS, "single") == ()


RENAMED = (
    "api.routes: /jobs/{id} becomes /jobs/%s, and API Gateway refuses the new name while the old "
    "one is there: keep the old name, or deploy first without the routes at and below /jobs/{id}, "
    "then with /jobs/%s"
)


@pytest.mark.parametrize("stands", ["single", "split"])
@pytest.mark.parametrize("name", ["{jobId}", "{proxy+}"])
def test_a_renamed_path_parameter_names_both_paths(stands: str, name: str) -> None:
    new = BASE.replace("{id}", name)
    if name == "{proxy+}":
        new = new.replace("    GET /jobs/{proxy+}/log: web\n", "")
    assert told(BASE, new, stands) == (RENAMED % (name, name),)


def test_a_renamed_parameter_of_the_root() -> None:
    old = BASE.replace("ANY /thumbs", "ANY /{thing}")
    (message,) = told(old, old.replace("{thing}", "{proxy+}"))
    assert message.startswith("api.routes: /{thing} becomes /{proxy+}, and")


def test_another_service_is_one_message() -> None:
    (message,) = told(BASE, THUMBS.replace("service: jobs", "service: tasks"), "split")
    assert message.startswith("service: was 'jobs' and is 'tasks', so all stacks have other names")
    assert message.endswith(
        "until you delete them: jobs-prod-monitoring, jobs-prod-deployment, jobs-prod-permission, "
        "jobs-prod-api, jobs-prod-function, jobs-prod-role, jobs-prod-account"
    )


def test_another_region_is_one_message() -> None:
    (message,) = told(BASE, BASE.replace("us-east-1", "eu-west-1"), "single")
    assert message.startswith("region: was us-east-1 and is eu-west-1, so all is made anew there")
    assert message.endswith("delete them: jobs-prod, jobs-prod-account")


def test_another_layout_is_one_message() -> None:
    (message,) = changes(from_plan(plan(BASE, "split")), plan(BASE, "single"))
    assert message.startswith("the stacks are others now, and the new ones cannot make what")
    assert (
        "delete these first, in this order: jobs-prod-monitoring, jobs-prod-deployment, "
        "jobs-prod-permission, jobs-prod-api, jobs-prod-function, jobs-prod-role. Callers get "
        "errors until the new ones are deployed. An API gets another address, and a key another "
        "value"
    ) in message
    (message,) = changes(from_plan(plan(BASE, "single")), plan(BASE, "split"))
    assert "in this order: jobs-prod. Callers" in message


@pytest.mark.parametrize("stands", ["single", "split"])
def test_a_stack_that_is_no_longer_made(stands: str) -> None:
    new = BASE.replace("account: {api_gateway_log_role: true}\n", "")
    assert told(BASE, new, stands) == (
        "the stack jobs-prod-account is no longer made, and stays until you delete it: aws "
        "cloudformation delete-stack --stack-name jobs-prod-account",
    )


def test_a_stack_of_routes_that_is_no_longer_made_goes_before_the_copy_of_the_api() -> None:
    new = BASE.replace("    POST /images/{name}: web-thumbs\n", "")
    assert told(GROUPED, new) == (
        "the stack jobs-prod-api-images is no longer made, and stays until you delete it: aws "
        "cloudformation delete-stack --stack-name jobs-prod-api-images (before you deploy "
        "jobs-prod-deployment, or its routes are still served)",
    )


def test_routes_that_lose_their_stack() -> None:
    """The stack that is to make them again cannot, while the other has them."""
    (message,) = told(GROUPED, BASE)
    assert message.endswith("delete these first, in this order: jobs-prod-api-images")


def test_routes_that_move_to_an_earlier_stack() -> None:
    old = BASE + "route_stacks: {images: [/images], more: [/thumbs, /jobs]}\n"
    new = BASE + "route_stacks: {images: [/images, /jobs], more: [/thumbs]}\n"
    (message,) = told(old, new)
    assert message == (
        "ApiMethodGetJobs, ApiMethodGetJobsById, ApiMethodGetJobsByIdLog and 3 more: now in the "
        "stack jobs-prod-api-images and no longer in jobs-prod-api-more, which still holds it when "
        "the other is to make it: deploy jobs-prod-api-more first, this once"
    )
    assert told(new, old) == ()


def test_a_path_parameter_that_is_renamed_on_the_way_to_a_later_stack() -> None:
    """It is deleted before the new one is made."""
    new = GROUPED.replace("{name}", "{key}")
    assert told(BASE, new) == ()
    assert [m[:24] for m in told(GROUPED, new)] == ["api.routes: /images/{nam"]


def test_roles_that_move_to_an_earlier_stack_are_no_clash() -> None:
    assert changes(from_plan(plan(BASE + TWO)), plan(BASE + TWO_ROLE_LAST_BUT_ONE)) == ()


def test_a_trail_that_moves_to_an_earlier_stack_clashes() -> None:
    """Its name is fixed, so that the new one cannot be created beside the old one."""
    trail = BASE + "guards: {trail: {}, flow_logs: {}}\n"
    rest = ("rest=api+cors+permission", STAGE, MONITORING)
    old = trail + layout(f"code=role+{CODE}", *rest, "late=flow-logs+trail")
    new = trail + layout(f"code=role+{CODE}+trail", *rest, "late=flow-logs")
    (message,) = told(old, new)
    assert message == (
        "Trail, TrailLogGroup: now in the stack jobs-prod-code and no longer in jobs-prod-late, "
        "which still holds it when the other is to make it: deploy jobs-prod-late first, this once"
    )


def test_what_moves_to_a_later_stack_is_gone_for_a_while() -> None:
    old = BASE + layout(
        "roles=role+function-log-group",
        "code=security-group+database-ingress+function",
        "rest=api+cors+permission",
        STAGE,
        MONITORING,
    )
    new = BASE + TWO_ROLE_LAST_BUT_ONE
    (message,) = changes(from_plan(plan(old)), plan(new))
    assert message == (
        "FunctionIdleLogGroup, FunctionWebLogGroup, FunctionWebThumbsLogGroup: now in the stack "
        "jobs-prod-code and no longer in jobs-prod-roles, which is deployed first and deletes what "
        "the other then makes anew; callers get errors in between"
    )


ADDRESS = "where AWS makes it anew: an API gets another address, and a key another value"


def test_an_api_that_moves_gets_another_address() -> None:
    """Nothing stands in the way in the new API, so only a function's log group would."""
    early = BASE + layout(f"code=role+{CODE}+api+cors", "rest=permission", STAGE, MONITORING)
    message = f"Api: now in the stack jobs-prod-code and no longer in jobs-prod-rest, {ADDRESS}"
    assert changes(from_plan(plan(BASE + TWO)), plan(early)) == (message,)
    message = f"Api: now in the stack jobs-prod-rest and no longer in jobs-prod-code, {ADDRESS}"
    assert changes(from_plan(plan(early)), plan(BASE + TWO)) == (message,)


def test_a_key_that_moves_gets_another_value() -> None:
    keys = BASE + layout(
        f"code=role+{CODE}",
        "rest=api+cors+permission+api-log-groups+deployment+stage+usage-plan",
        "stage=topic",
        "watch=alarms+dashboard",
    )
    messages = changes(from_plan(plan(BASE + TWO)), plan(keys))
    assert (
        f"ApiKeyPartner: now in the stack jobs-prod-rest and no longer in jobs-prod-stage, "
        f"{ADDRESS}" in messages
    )
    assert (
        "ApiAccessLogGroup, ApiExecutionLogGroup, ApiStage: now in the stack jobs-prod-rest "
        "and no longer in jobs-prod-stage, which still holds it when the other is to make it: "
        "deploy jobs-prod-stage first, this once" in messages
    )


@pytest.mark.parametrize(("old", "new"), [(BASE, OPENAPI), (OPENAPI, BASE)])
@pytest.mark.parametrize("stands", ["single", "split"])
def test_another_definition_of_the_api(old: str, new: str, stands: str) -> None:
    (message,) = told(old, new, stands)
    assert message.startswith("api.definition: the routes were ")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_of_what_stays(name: str) -> None:
    """A golden folder is what an earlier run wrote."""
    assert changes(read_written(CASES / name), generated_case(name).plan) == ()


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_nothing_is_said_of_what_is_committed(name: str) -> None:
    made = generate(ROOT / "environments", name)
    assert changes(from_plan(made.plan), made.plan) == ()
    assert changes(read_written(ROOT / "output" / name), made.plan) == ()


def test_nothing_is_said_without_an_older_output() -> None:
    assert changes(None, plan(BASE)) == ()


def test_nothing_is_said_of_another_environment() -> None:
    old: Written = from_plan(plan(BASE))._replace(environment="staging")
    assert changes(old, plan(THUMBS)) == ()


PRIVATE = BASE.replace("api:\n", "api:\n  endpoint: private\n  vpc_endpoints: [vpce-0a1b2c3d]\n")


@pytest.mark.parametrize("stands", ["single", "split"])
def test_another_endpoint_of_the_api(stands: str) -> None:
    [message] = told(BASE, PRIVATE, stands)
    assert message.startswith("api.endpoint: was regional and becomes private: it stops answering")
    [message] = told(PRIVATE, BASE, stands)
    assert message.startswith("api.endpoint: was private and becomes regional: it answers on the")
    assert told(PRIVATE, PRIVATE.replace("vpce-0a1b2c3d", "vpce-1a2b3c4d"), stands) == ()


MADE = BASE.replace("password:\n  {environment_variable: DB_PASSWORD}", "secret: {}")


@pytest.mark.parametrize(
    ("old", "new"), [("db.internal", "db2.internal"), ("secret: {}", "secret: {length: 50}")]
)
def test_a_secret_that_is_generated_anew(old: str, new: str) -> None:
    """The database does not know the other password."""
    assert old in MADE
    (message,) = told(MADE, MADE.replace(old, new))
    assert message.startswith(
        "DatabaseSecret: what it is generated by changes, and CloudFormation generates another "
        "password with it: set that in the database as soon as it is deployed"
    )


def test_a_secret_that_is_rotated_from_now_on_keeps_its_password() -> None:
    assert told(MADE, MADE.replace("secret: {}", "secret: {rotation_days: 30}")) == ()
    assert told(MADE, MADE + "encryption: {key: made}\n") == ()
