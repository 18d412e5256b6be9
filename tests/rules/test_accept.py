"""What a file accepts: silenced, told with `--verbose`, kept in the manifest, and found unused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway_infra.pipeline import Generated, generate
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.rules.catalog import all_rules, rules_by_id
from tests.command import Ran, write
from tests.rules.files import file
from tests.support import ROOT
from tests.template_checks.templates import problems_in

WHY = "the alarms are read by another system"
UNUSED = "is accepted, and nothing breaks it; remove it"

FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI006", file(more=f"accept: {{GI603: {WHY}}}"), f"accept.GI603: {UNUSED}"),
    (
        "GI008",
        file(more=f"accept: {{GI603: {WHY}}}"),
        "accept.GI603: is accepted for all environments, and nothing breaks it in 'prod'; accept "
        "it where it is broken, or nowhere if it is not",
    ),
)
"""What the environment's own file tells, and what base.yaml does with the same line."""


def made(
    folder: Path, name: str = "prod", overrides: tuple[str, ...] = (), **texts: str
) -> Generated:
    """Generate an environment of files with these texts."""
    for key, text in texts.items():
        (folder / f"{key}.yaml").write_text(text)
    return generate(folder, name, overrides=overrides, shown="environments")


def told(generated: Generated, *rules: str) -> list[str]:
    """Return what these rules tell."""
    return [f"{p.severity}: {p}" for p in generated.findings if p.rule in rules]


def test_an_accepted_finding_is_silent_and_stands_in_the_manifest(tmp_path: Path) -> None:
    before = made(tmp_path, prod=file())
    after = made(tmp_path, prod=file(more=f"accept: {{GI607: {WHY}}}"))
    assert len(told(before, "GI607")) == 1
    assert told(after, "GI607", "GI006") == []
    assert [problem.rule for problem in after.accepted] == ["GI607"]
    assert json.loads(before.files["manifest.json"])["accepted"] == {}
    assert json.loads(after.files["manifest.json"])["accepted"] == {"GI607": WHY}
    rest = {path: text for path, text in before.files.items() if path != "manifest.json"}
    assert {path: text for path, text in after.files.items() if path != "manifest.json"} == rest


def test_what_is_accepted_and_keeps_to_its_rule_is_told_in_the_environments_own_file(
    tmp_path: Path,
) -> None:
    (_, text, message), _ = FAILING
    generated = made(tmp_path, prod=text)
    assert told(generated, "GI006", "GI008") == [f"warning: environments/prod.yaml:9:10: {message}"]
    assert json.loads(generated.files["manifest.json"])["accepted"] == {}


def test_what_a_shared_file_accepts_is_advice_where_nothing_breaks_it(tmp_path: Path) -> None:
    """Another environment may need it, and would miss it."""
    _, (_, text, message) = FAILING
    generated = made(tmp_path, base=text, prod="{}\n")
    assert told(generated, "GI006", "GI008") == [f"advice: environments/base.yaml:9:10: {message}"]


def test_a_shared_file_accepts_for_those_that_need_it(tmp_path: Path) -> None:
    base = file(more=f"accept: {{GI607: {WHY}}}")
    prod = made(tmp_path, base=base, prod="{}\n", dev="{}\n")
    dev = made(tmp_path, "dev")
    assert told(prod, "GI006", "GI008") == []
    assert [line.split(":")[0] for line in told(dev, "GI006", "GI008")] == ["advice"]


def test_what_base_accepts_an_environment_takes_back_with_null(tmp_path: Path) -> None:
    base = file(more=f"accept: {{GI607: {WHY}, GI603: {WHY}}}")
    generated = made(tmp_path, base=base, prod="accept: {GI607: null}\n")
    assert len(told(generated, "GI607")) == 1
    assert generated.accepted == ()
    assert [item.path for item in generated.findings if item.rule == "GI008"] == [
        ("accept", "GI603")
    ]


def test_accept_can_be_set_for_one_run(tmp_path: Path) -> None:
    generated = made(tmp_path, prod=file(), overrides=(f"accept.GI607={WHY}",))
    assert told(generated, "GI607", "GI006") == []
    generated = made(tmp_path, overrides=(f"accept.GI603={WHY}",))
    assert told(generated, "GI006") == [f"warning: --set accept.GI603: {UNUSED}"]


def test_an_error_that_may_be_accepted_stops_nothing_then(tmp_path: Path) -> None:
    small = "account: {quotas: {function_policy_bytes: 400}}\n"
    with pytest.raises(ConfigError) as caught:
        made(tmp_path, prod=file(more=small))
    assert [problem.rule for problem in caught.value.problems] == ["GI754"]
    generated = made(tmp_path, prod=file(more=f"{small}accept: {{GI754: Lambda took it already}}"))
    assert [problem.rule for problem in generated.accepted] == ["GI754"]


def test_what_cannot_be_accepted_still_stops_the_run(tmp_path: Path) -> None:
    text = file(more=f"accept: {{GI705: {WHY}}}\ntags: {{Service: a}}")
    with pytest.raises(ConfigError) as caught:
        made(tmp_path, prod=text)
    assert {problem.rule for problem in caught.value.problems} == {"GI005", "GI705"}


def test_a_reason_must_be_text(tmp_path: Path) -> None:
    for reason in ("''", "true", "5", "[a]"):
        with pytest.raises(ConfigError) as caught:
            made(tmp_path, prod=file(more=f"accept: {{GI607: {reason}}}"))
        assert [problem.path for problem in caught.value.problems] == [("accept", "GI607")]


def test_verbose_tells_what_is_accepted_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(prod=file(more=f"accept: {{GI607: {WHY}}}"))
    quiet = Ran(capsys, "--env", "prod")
    assert quiet.code == 0
    assert "GI607" not in quiet.err
    verbose = Ran(capsys, "--env", "prod", "--verbose")
    [line] = [line for line in verbose.err.splitlines() if "GI607" in line]
    assert line.startswith("accepted: environments/prod.yaml:")
    assert "alarms: names neither emails nor topic" in line
    assert line.endswith(f"[GI607]: {WHY}")


def test_the_errors_that_may_be_accepted_say_so_by_being_few() -> None:
    """An error says that AWS refuses something; only where that is computed may it be wrong."""
    errors = [rule.id for rule in all_rules() if rule.severity == "error" and rule.acceptable]
    assert "GI754" in errors
    assert not [rule for rule in errors if rule.startswith("GI0")]


def test_what_cannot_be_accepted_is_told_all_the_same() -> None:
    """Neither by its own entry, nor by one for GI005 itself; on the templates too."""
    big = f"variables: {{AB: '{'x' * 5_000}'}}"
    both = "accept: {GI005: for no good reason, GI224: for no good reason}"
    rules = {item.rule for item in problems_in(file(big, more=both))}
    assert {"GI005", "GI224"} <= rules
    few = "account: {quotas: {stack_resources: 3}}\naccept: {GI741: for no good reason}"
    assert {"GI005"} <= {item.rule for item in problems_in(file(more=few))}


def test_what_models_enforce_cannot_be_accepted() -> None:
    """The value is refused before anybody looks at `accept`."""
    sources = [
        path.read_text() for path in (ROOT / "src").rglob("*.py") if "rules" not in path.parts
    ]
    named = {
        rule
        for text in sources
        for call in re.findall(r"(?:wrong|matches|Matches)\((?:[^()]|\([^()]*\))*\)", text)
        for rule in re.findall(r'"(GI[0-9]{3})"', call)
    }
    assert len(named) > 20
    assert [rule for rule in sorted(named) if rules_by_id()[rule].acceptable] == []


def test_an_accepted_error_is_recorded(tmp_path: Path) -> None:
    """And one that the templates have is too."""
    text = file(routes="{GET /ping: web}", more="accept: {GI309: no custom domain is used}")
    (tmp_path / "prod.yaml").write_text(text)
    generated = generate(tmp_path, "prod")
    assert [item.rule for item in generated.accepted] == ["GI309"]
    assert generated.reasons == {"GI309": "no custom domain is used"}


def test_ids_of_others_are_told_as_such() -> None:
    """A guess at a number would name any rule."""
    told = [str(item) for item in problems_in(file(more="accept: {W3005: a b c, GI999: a b c}"))]
    assert any("is a rule of cfn-lint" in line for line in told)
    assert not any("did you mean" in line for line in told)


def test_a_removed_rule_cannot_be_accepted_and_the_message_names_the_new_one() -> None:
    found = [item for item in problems_in(file(more=f"accept: {{GI967: {WHY}}}")) if item.rule]
    messages = [item.message for item in found if item.path == ("accept", "GI967")]
    assert messages == ["was removed. The rule has a new ID. Use GI968."]
