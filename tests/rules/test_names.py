"""Rules of names and tags."""

from __future__ import annotations

from importlib import import_module

import pytest

from gateway_infra.loading.load import MAX_NAME
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.rules.names import REGIONS
from tests.rules.apis import found, severities
from tests.rules.files import file
from tests.support import generate_text, load_text

IMAGE = "{image: {parameter: Image}}"


def service(name: str, *functions: str) -> str:
    """Return an environment of this service with further functions."""
    text = file().replace("service: jobs", f"service: {name}")
    return text.replace(
        "functions:\n", "functions:\n" + "".join(f"  {f}: {IMAGE}\n" for f in functions)
    )


def tags(entries: str, quotas: str = "") -> str:
    """Return an environment with these tags."""
    more = f"tags: {{{entries}}}"
    return file(more=f"{more}\naccount: {{quotas: {{{quotas}}}}}" if quotas else more)


def many(count: int) -> str:
    """Return so many tags."""
    return ", ".join(f"Tag{number}: a" for number in range(count))


KEYS = "{GET /a: {function: web, api_key: true}}"
FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI701",
        service("j" * 40, "w" * 19),
        f"functions.{'w' * 19}: gives the function name '{'j' * 40}-prod-{'w' * 19}' of 65 "
        "characters; Lambda takes 64; shorten one part",
    ),
    (
        "GI702",
        service("jobs", "w-eb"),
        "functions.web: 'web' and 'w-eb' differ in hyphens alone, which logical ids do not keep",
    ),
    (
        "GI702",
        file(routes=f"{KEYS}\n  usage_plan: {{keys: [one, partner-a, partnera]}}"),
        "api.usage_plan.keys[2]: 'partnera' and 'partner-a' differ in hyphens alone",
    ),
    (
        "GI703",
        service("jobs-prod"),
        "service: is 'jobs-prod', which ends in the environment's name, and names get that "
        "anyway: the API is called 'jobs-prod-prod'",
    ),
    (
        "GI704",
        file(more="tier: dev"),
        "tier: is dev, but the environment is called 'prod': its logs, throttling and protection",
    ),
    ("GI705", tags("Environment: a"), "tags.Environment: is set by gateway-infra itself"),
    ("GI705", tags("SERVICE: a"), "tags.SERVICE: is set by gateway-infra itself"),
    ("GI705", tags("component: a"), "tags.component: is set by gateway-infra itself"),
    ("GI706", tags("'aws:x': a"), 'tags["aws:x"]: begins with aws:, which AWS keeps; rename it'),
    ("GI706", tags("'AWS:x': a"), 'tags["AWS:x"]: begins with aws:, which AWS keeps; rename it'),
    ("GI706", tags("Owner: 'Aws:x'"), "tags.Owner: has a value that begins with aws:, which AWS"),
    (
        "GI707",
        tags("Owner: Zoë"),
        "tags.Owner: is 'Zoë'; it must be 1 to 256 letters, digits, spaces and",
    ),
    (
        "GI707",
        tags("Owner: ''"),
        "tags.Owner: is ''; it must be 1 to 256 letters, digits, spaces and any",
    ),
    (
        "GI707",
        tags("'a!': b"),
        "tags[\"a!\"]: is 'a!'; it must be 1 to 128 letters, digits, spaces and",
    ),
    ("GI707", tags(f"{'a' * 129}: b"), f"tags.{'a' * 129}: is '{'a' * 57}…'; it must be 1 to 128"),
    ("GI707", tags(f"Owner: {'a' * 257}"), f"tags.Owner: is '{'a' * 57}…'; it must be 1 to 256"),
    ("GI708", tags("Team: a, team: b"), "tags.team: is 'Team' in other letters, which IAM takes"),
    (
        "GI709",
        tags(many(48)),
        "tags: holds 48, and gateway-infra sets 3 more; AWS takes 50 of one resource: keep 47",
    ),
    ("GI709", tags(many(8), "tags: 10"), "tags: holds 8, and gateway-infra sets 3 more; AWS takes"),
    (
        "GI710",
        file().replace("us-east-1", "eu-centrall-1"),
        "region: is 'eu-centrall-1', which is no region of AWS that is known here; did you mean "
        "'eu-central-1'?",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI701", service("j" * 40, "w" * 18)),
    ("GI702", service("jobs", "w-e")),
    ("GI702", file(routes=f"{KEYS}\n  usage_plan: {{keys: [web, partner]}}")),
    ("GI703", service("jobs")),
    ("GI703", service("prod")),
    ("GI703", service("nonprod")),
    ("GI704", file()),
    ("GI704", file(more="tier: prod")),
    ("GI705", tags("Services: a, Env: b")),
    ("GI706", tags("awsome: awsome, 'x:aws:': 'x:aws:'")),
    ("GI707", tags(f"'a b.:/=+@_-1': 'b.:/=+@_- 2', {'a' * 128}: {'b' * 256}")),
    ("GI708", tags("Team: a, Teams: b")),
    ("GI709", tags(many(47))),
    ("GI709", tags(many(7), "tags: 10")),
    ("GI710", file().replace("us-east-1", "eusc-de-east-1")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


@pytest.mark.parametrize(
    ("name", "tells"),
    [("prod-eu", True), ("eu-production", True), ("prd", True), ("product", False), ("qa", False)],
)
def test_an_environment_is_called_prod_by_a_word_of_its_name(name: str, tells: bool) -> None:
    loaded = load_text(file(more="tier: staging"), name)
    assert ("GI704" in {item.rule for item in loaded.findings}) is tells


def test_47_tags_are_50_on_every_resource() -> None:
    generated = generate_text(tags(many(47)))
    counts = {
        len(body["Properties"]["Tags"])
        for stack in generated.stacks
        for body in stack.template["Resources"].values()
        if "Tags" in body["Properties"]
    }
    assert counts == {50}


def test_the_longest_names_give_stacks_that_cloudformation_takes() -> None:
    """128 characters: the sum of what the file allows stays below, so no rule needs to say so."""
    layout = "layout: {%s: [role, security-group, database-ingress, function-log-group, function, "
    layout += "api, cors, permission, api-log-groups, deployment, stage, usage-plan, topic, alarms"
    layout += ", dashboard]}\n"
    text = file().replace("service: jobs", f"service: {'j' * 29}").replace("web", "w")
    generated = generate_text(text + layout % ("s" * 40) + "tier: prod\n", "e" * MAX_NAME)
    names = [stack.name for stack in generated.stacks]
    # The service may have 40 characters where the function's name leaves room for them.
    assert max(map(len, names)) + 11 + len("api-") <= 128


def test_all_faults_of_tags_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(tags("Team: a, team: b, TEAM: c"))
    assert {problem.path for problem in caught.value.problems} == {
        ("tags", "team"),
        ("tags", "TEAM"),
    }


def test_the_regions_are_those_of_cfn_lint() -> None:
    """Else GI710 rings for a region that is there."""
    assert set(import_module("cfnlint.helpers").REGIONS) == REGIONS
