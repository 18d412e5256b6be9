"""The report as text."""

from __future__ import annotations

from gateway_infra.lint.report import Looked
from gateway_infra.lint.text import render
from gateway_infra.reading.diagnostics import Place
from tests.lint.support import ACCEPTED, ADVICE, ENVIRONMENTS, IN_TEMPLATE, OURS, THEIRS, report_of

FOUND = (THEIRS, OURS, ADVICE, ACCEPTED)


def test_all_of_it() -> None:
    assert render(report_of(*FOUND)) == (
        "error: environments/base.yaml:5:3: functions.web.memory: 99 is too small [E3034]\n"
        "  FunctionWeb.Properties.MemorySize in function.json:41 of jobs-prod-function; a default; "
        "of dev, prod\n"
        "warning: environments/base.yaml:5:3: functions.web.timeout: is 60 s [GI201]\n"
        "advice: environments: is worth knowing\n"
        "2 environments, 4 templates: 1 error, 1 warning, 1 piece of advice, 1 accepted\n"
    )


def test_quiet_leaves_errors_and_warnings() -> None:
    text = render(report_of(*FOUND), quiet=True)
    assert [line.split(":")[0] for line in text.splitlines()] == [
        "error",
        "  FunctionWeb.Properties.MemorySize in function.json",
        "warning",
    ]
    assert render(report_of(), quiet=True) == ""


def test_verbose_tells_what_is_accepted_and_why() -> None:
    expected = "accepted: environments/base.yaml:5:3: functions.web.timeout: is 60 s: It is known, "
    assert expected in render(report_of(*FOUND), verbose=True)
    assert "accepted: " not in render(report_of(*FOUND))


SUMMARIES = {
    "1 environment, 2 templates: no findings": report_of(environments=ENVIRONMENTS[:1]),
    "2 environments, 4 templates (3 from memory): no findings": report_of(remembered=3),
    "2 environments, 4 templates: 2 warnings, 2 pieces of advice": report_of(
        OURS, OURS, ADVICE, ADVICE
    ),
    "2 environments, without cfn-lint: no findings": report_of(cfn_lint=False),
    "1 environment, 1 template: no findings": report_of(
        environments=(Looked("prod", "environments/prod.yaml", ("template.json",)),)
    ),
}


def test_the_summary_says_what_was_looked_at() -> None:
    for summary, report in SUMMARIES.items():
        assert render(report).splitlines()[-1] == summary


def test_an_environment_that_cannot_be_generated_is_said_to_be_unseen() -> None:
    unseen = (*ENVIRONMENTS, Looked("bad", "environments/bad.yaml", None))
    said = "bad: cannot be generated, so cfn-lint has not seen its templates\n"
    assert said in render(report_of(environments=unseen))
    assert "bad: cannot be generated\n" in render(report_of(environments=unseen, cfn_lint=False))


def test_several_templates_are_counted_and_the_first_is_shown() -> None:
    more = THEIRS._replace(templates=(IN_TEMPLATE, IN_TEMPLATE._replace(line=50)))
    assert "function.json:41 of jobs-prod-function and 1 more; " in render(report_of(more))


def test_a_finding_about_a_whole_template_names_it_alone() -> None:
    whole = THEIRS._replace(templates=(IN_TEMPLATE._replace(path=()),), note="")
    assert "\n  function.json:41 of jobs-prod-function; of dev, prod\n" in render(report_of(whole))


def test_nothing_acts_on_a_terminal() -> None:
    bad = THEIRS._replace(
        message="is \x1b[31mred",
        place=Place("a\nb.yaml", 1, 1),
        note="given by --set a\x07",
        templates=(IN_TEMPLATE._replace(path=("Resources", "A\x1b", "Properties")),),
    )
    accepted = ACCEPTED._replace(accepted="because\x1b[0m")
    text = render(report_of(bad, accepted), verbose=True)
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert len(text.splitlines()) == 4
