"""The report as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

from gateway_infra.lint.junit import render
from gateway_infra.lint.report import Looked
from gateway_infra.reading.diagnostics import Place
from tests.lint.support import ACCEPTED, ADVICE, ENVIRONMENTS, IN_TEMPLATE, OURS, THEIRS, report_of


def suites(text: str) -> dict[str, ElementTree.Element]:
    """Return the suites by name, and check their counts."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    cases = list(root.iter("testcase"))
    assert int(root.get("tests", "")) == len(cases)
    assert int(root.get("failures", "")) == len(list(root.iter("failure")))
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
        assert int(suite.get("skipped", "")) == len(list(suite.iter("skipped")))
    return {str(suite.get("name")): suite for suite in root}


def named(suite: ElementTree.Element) -> dict[str, str]:
    """Return what became of each test."""
    return {str(case.get("name")): case[0].tag if len(case) else "passed" for case in suite}


def test_a_suite_for_each_environment_and_a_test_for_each_finding() -> None:
    found = suites(render(report_of(THEIRS, OURS, ADVICE, ACCEPTED)))
    assert named(found["dev"]) == {
        "E3034 functions.web.memory": "failure",
        "GI004 environments": "system-out",
        "cfn-lint role.json": "passed",
    }
    assert named(found["prod"]) == {
        "E3034 functions.web.memory": "failure",
        "GI201 functions.web.timeout": "failure",
        "cfn-lint role.json": "passed",
    }


def test_what_a_failure_says() -> None:
    failure = suites(render(report_of(THEIRS)))["prod"].find("testcase/failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("error", "99 is too small")
    assert failure.text == (
        "environments/base.yaml:5:3: functions.web.memory: 99 is too small [E3034]\n"
        "FunctionWeb.Properties.MemorySize in function.json:41 of jobs-prod-function; a default; "
        "of dev, prod"
    )
    case = suites(render(report_of(THEIRS)))["prod"].find("testcase")
    assert case is not None
    assert (case.get("file"), case.get("line")) == ("environments/base.yaml", "5")
    assert case.get("classname") == "gateway-infra.prod"


def test_without_findings_everything_passes() -> None:
    found = suites(render(report_of()))
    passed = dict.fromkeys(("preflight", "cfn-lint function.json", "cfn-lint role.json"), "passed")
    assert named(found["dev"]) == named(found["prod"]) == passed
    alone = suites(render(report_of(cfn_lint=False)))
    assert named(alone["prod"]) == {"preflight": "passed"}


def test_what_is_accepted_is_skipped_and_shown_on_request() -> None:
    assert "GI007" not in render(report_of(ACCEPTED))
    found = suites(render(report_of(ACCEPTED), verbose=True))["prod"]
    assert named(found)["GI007 functions.web.timeout"] == "skipped"
    skipped = found.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "It is known, and no harm here."


def test_findings_of_one_rule_and_key_have_names_of_their_own() -> None:
    found = suites(render(report_of(OURS, OURS._replace(message="is 61 s"))))
    assert "GI201 functions.web.timeout (2)" in named(found["prod"])


def test_an_environment_that_cannot_be_generated_has_its_errors_alone() -> None:
    bad = (Looked("bad", "environments/bad.yaml", None),)
    error = OURS._replace(severity="error", environments=("bad",))
    assert named(suites(render(report_of(error, environments=bad)))["bad"]) == {
        "GI201 functions.web.timeout": "failure"
    }


def test_any_text_makes_valid_xml_in_ascii() -> None:
    odd = "<a & 'b' \"c\"]]> \x00\x08\x1b[31m\ufffe\ud800 ünï 漢 𝄞 \n\r\t"
    finding = THEIRS._replace(
        message=odd,
        path=("functions", odd, "memory"),
        place=Place(odd, 1, 1),
        environments=("dev",),
        note=odd,
        templates=(IN_TEMPLATE._replace(path=("Resources", odd), stack=odd),),
    )
    accepted = ACCEPTED._replace(accepted=odd)
    environments = (Looked("dev", odd, (odd,)), ENVIRONMENTS[1])
    text = render(report_of(finding, accepted, environments=environments), verbose=True)
    assert text.isascii()
    failure = suites(text)["dev"].find("testcase/failure")
    assert failure is not None
    assert "<a & 'b' \"c\"]]> \\x00\\x08\\x1b[31m\\ufffe\\ud800 ünï 漢 𝄞" in str(failure.text)
