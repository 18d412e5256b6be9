"""``deploy.sh``, run in bash with a program in place of the AWS CLI that notes what it is asked.

``tests/e2e/test_deploy_aws_cli.py`` runs it with the AWS CLI itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gateway_infra.writers.deployers.aws_cli import aws_cli_files
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from gateway_infra.writers.templates import to_json
from tests.writers.deployers.names import OF_SCRIPTS

SECRET = 'p"a\\ss,=word'

AWS = r"""#!/bin/bash
# Answers from files below $FAKE, and notes its arguments and what is piped in.
stack='' arn='' query=''
printf '%s\x1f' "$@" >>"$FAKE/calls"
printf '\x1e' >>"$FAKE/calls"
for ((n = 1; n <= $#; n++)); do
  next=$((n + 1))
  case ${!n} in
    --stack-name) stack=${!next} ;;
    --change-set-name) arn=${!next} stack=${arn##*changeSet/} ;;
    file:///dev/stdin) cat >"$FAKE/given/$stack" ;;
  esac
done
refuse() {
  printf '\n%s\n' "$1" >&2
  exit 254
}
[[ ! -f $FAKE/refused/$1-$2 ]] || refuse "$(<"$FAKE/refused/$1-$2")"
[[ ! -f $FAKE/refused/$2-$stack ]] || refuse "$(<"$FAKE/refused/$2-$stack")"
case $2 in
  get-caller-identity) echo 123456789012 ;;
  describe-stacks)
    [[ -f $FAKE/stacks/$stack ]] ||
      refuse "An error occurred (ValidationError) when calling the DescribeStacks operation: \
Stack with id $stack does not exist"
    echo "$FAKE_WARNING" >&2
    cat "$FAKE/stacks/$stack"
    [[ ! -f $FAKE/next/$stack ]] || mv "$FAKE/next/$stack" "$FAKE/stacks/$stack"
    ;;
  deploy)
    printf '\nWaiting for changeset to be created..\n'
    if [[ -f $FAKE/after/$stack ]]; then
      [[ -f $FAKE/stacks/$stack ]] || cp "$FAKE/review" "$FAKE/stacks/$stack"
      printf 'Changeset created successfully. Run the following command to review changes:\n'
      echo "aws cloudformation describe-change-set --change-set-name arn:aws:x:changeSet/$stack"
    else
      printf '\nNo changes to deploy. Stack %s is up to date\n' "$stack"
    fi
    ;;
  execute-change-set) cp "$FAKE/after/$stack" "$FAKE/stacks/$stack" ;;
  list-change-sets) printf 'arn:aws:x:changeSet/old1\tarn:aws:x:changeSet/old2\n' ;;
  describe-change-set) cat "$FAKE/changes" ;;
  describe-stack-events) cat "$FAKE/events" ;;
  delete-stack) rm -f "$FAKE/stacks/$stack" ;;
esac
"""


def planned(
    key: str, parameters: Mapping[str, Mapping[str, Any]] | None = None, **other: Any
) -> PlannedStack:
    """Return a stack with these parameters, and a template that nobody reads."""
    stack = PlannedStack(
        key=key,
        name=f"jobs-prod-{key}",
        file=f"{key}.json",
        template={"Resources": {}},
        text="{}\n",
        parameters=parameters or {},
        depends_on=(),
        capabilities=(),
        outputs=(),
        tags={"Environment": "prod", "Team": "a b = c/d@e", "Who": "it's"},
    )
    return stack._replace(**other)


def plan_of(*stacks: PlannedStack, protect: bool = False) -> Plan:
    return Plan("prod", "jobs", "us-east-1", "split", protect, stacks)


def from_stack(stack: str, output: str) -> dict[str, Any]:
    return {"from": {"stack": stack, "output": output}}


SIZE = 'it\'s "5" é\\'
PLAN = plan_of(
    planned(
        "role",
        {"Bucket": from_stack("storage", "Bucket"), "Text": {"value": 'a "b",\n[c]'}},
        capabilities=("CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"),
    ),
    planned(
        "function",
        {
            "Image": {"required": True},
            "Password": {"environment_variable": "DB_PASSWORD"},
            "Role": from_stack("jobs-prod-role", "RoleArn"),
            "Size": {"required": False},
        },
        template={"Resources": {}, "Parameters": {"Size": {"Default": SIZE}}},
    ),
)


def described(
    status: str = "CREATE_COMPLETE",
    outputs: Mapping[str, str] | None = None,
    parameters: Iterable[str] = (),
    protected: bool = False,
) -> str:
    """Return what ``describe-stacks`` prints for the script's query."""
    facts = ["status", status, "protected", "true" if protected else "false"]
    for name in parameters:
        facts += [f"parameter {name}", SIZE]
    for name, value in (outputs or {}).items():
        facts += [f"output {name}", value]
    return json.dumps(facts, indent=4, ensure_ascii=False) + "\n"


class Ran(NamedTuple):
    """What a run left behind: `calls` are the arguments of each call of ``aws``."""

    code: int
    out: str
    err: str
    calls: list[list[str]]
    given: dict[str, Any]

    def of(self, operation: str) -> list[list[str]]:
        return [call for call in self.calls if call[1] == operation]

    def stacks(self, operation: str) -> list[str]:
        """Return the stacks of the calls of one operation, in their order."""
        flags = ("--stack-name", "--change-set-name")
        named = [
            call[call.index(flag) + 1]
            for call in self.of(operation)
            for flag in flags
            if flag in call
        ]
        return [name.split("/")[-1].removeprefix("jobs-prod-") for name in named]


class Account:
    """A folder that stands for an account, and the folder that was generated."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "fake"
        self.output = folder / "it's $HOME"
        self.bin = folder / "bin"
        for name in ("stacks", "next", "after", "refused", "given"):
            (self.folder / name).mkdir(parents=True)
        self.bin.mkdir()
        self.variables = {"DB_PASSWORD": SECRET}
        self.add("changes", "")
        self.add("events", "")
        self.add("review", described("REVIEW_IN_PROGRESS"))
        for name, text in (("aws", AWS), ("sleep", '#!/bin/bash\necho "$1" >>"$FAKE/sleeps"\n')):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)

    def add(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)

    def run(self, plan: Plan, *options: str, cwd: Path = Path("/")) -> Ran:
        """Generate, and run ``deploy.sh``."""
        for name, text in aws_cli_files(plan).items():
            (self.output / "aws-cli").mkdir(parents=True, exist_ok=True)
            (self.output / "aws-cli" / name).write_text(text)
        for stack in plan.stacks:
            (self.output / stack.file).write_text(stack.text)
        self.add("calls", "")
        done = subprocess.run(
            ["bash", str(self.output / "aws-cli" / "deploy.sh"), *options],
            cwd=cwd,
            env={
                "PATH": f"{self.bin}:/usr/bin:/bin",
                "FAKE": str(self.folder),
                "FAKE_WARNING": 'PythonDeprecationWarning: "old"\n  warnings.warn("\n',
                **self.variables,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            # A shell in the background of another ignores it, and bash cannot undo that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        noted = (self.folder / "calls").read_text().split("\x1e")[:-1]
        calls = [call.split("\x1f")[:-1] for call in noted]
        given = {
            path.name.removeprefix("jobs-prod-"): json.loads(path.read_text())
            for path in (self.folder / "given").iterdir()
        }
        return Ran(done.returncode, done.stdout, done.stderr, calls, given)


@pytest.fixture
def account(tmp_path: Path) -> Account:
    """Return an account with another project's stack, in which nothing of ours exists."""
    account = Account(tmp_path)
    account.add("stacks/storage", described(outputs={"Bucket": 'up"loads\\,\n"', "Other": "x"}))
    for key in ("role", "function"):
        outputs = {"RoleArn": "arn:role"} if key == "role" else {"ApiUrl": "https://example.com/v1"}
        account.add(f"after/jobs-prod-{key}", described(outputs=outputs))
    return account


def deployed(account: Account) -> None:
    """Let the stacks exist, and nothing be changed."""
    account.add("stacks/jobs-prod-role", described(outputs={"RoleArn": "arn:role"}))
    parameters = ("Image", "Password", "Role", "Size")
    outputs = {"ApiUrl": "https://example.com/v1"}
    account.add("stacks/jobs-prod-function", described("UPDATE_COMPLETE", outputs, parameters))
    for path in (account.folder / "after").iterdir():
        path.unlink()


def test_from_nothing(account: Account) -> None:
    """Stacks are deployed in order, and outputs of one are passed on to the next."""
    ran = account.run(PLAN, "--parameter", "Image=a=b,c")
    assert (ran.code, ran.err) == (0, "jobs-prod in us-east-1, account 123456789012\n")
    assert ran.out == (
        "jobs-prod-role: created\njobs-prod-function: created\nApiUrl: https://example.com/v1\n"
    )
    assert ran.stacks("deploy") == ran.stacks("execute-change-set") == ["role", "function"]
    assert ran.given == {
        "role": ['Text=a "b",\n[c]', 'Bucket=up"loads\\,\n"'],
        "function": ["Image=a=b,c", f"Password={SECRET}", "Role=arn:role"],
    }


def test_of_two_values_the_last_counts(account: Account) -> None:
    ran = account.run(PLAN, "--parameter", "Image=a", "--parameter", "Image=b")
    assert ran.given["function"][0] == "Image=b"


def test_what_deploy_is_told(account: Account) -> None:
    """Tags, capabilities, template and region are those of the plan, whatever they hold."""
    first, second = account.run(PLAN, "--parameter", "Image=i").of("deploy")
    assert first == [
        *("cloudformation", "deploy", "--stack-name", "jobs-prod-role", "--template-file"),
        str(account.output / "aws-cli" / ".." / "role.json"),
        *("--no-execute-changeset", "--no-fail-on-empty-changeset"),
        *("--tags", "Environment=prod", "Team=a b = c/d@e", "Who=it's"),
        *("--capabilities", "CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"),
        *("--parameter-overrides", "file:///dev/stdin", "--region", "us-east-1"),
    ]
    assert "--capabilities" not in second


def test_every_call_names_the_region(account: Account) -> None:
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert all(call[-2:] == ["--region", "us-east-1"] for call in ran.calls)


def test_secrets_are_in_no_argument_and_not_printed(account: Account) -> None:
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert ran.given["function"][1] == f"Password={SECRET}"
    assert SECRET not in ran.out + ran.err
    assert not any('p"a' in word or "ss,=word" in word for call in ran.calls for word in call)
    holding = [path for path in account.output.rglob("*") if path.is_file()]
    assert not any(b"ss,=word" in path.read_bytes() for path in holding)


EVERY_CHARACTER = "".join(map(chr, range(1, 128))) + "é€😀\u2028\ufeff" + '"\\"\\n$(x)`y`*&'


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_any_text_arrives(account: Account, locale: str) -> None:
    """Variables, ``--parameter``, outputs and generated values hold any character."""
    account.variables |= {"DB_PASSWORD": EVERY_CHARACTER, "LC_ALL": locale}
    account.add("stacks/storage", described(outputs={"Bucket": EVERY_CHARACTER}))
    role = PLAN.stacks[0]._replace(
        parameters={"Bucket": from_stack("storage", "Bucket"), "Text": {"value": EVERY_CHARACTER}}
    )
    plan = PLAN._replace(stacks=(role, PLAN.stacks[1]))
    ran = account.run(plan, "--parameter", f"Image={EVERY_CHARACTER}")
    assert ran.code == 0, ran.err
    assert ran.given["role"] == [f"Text={EVERY_CHARACTER}", f"Bucket={EVERY_CHARACTER}"]
    assert ran.given["function"][:2] == [f"Image={EVERY_CHARACTER}", f"Password={EVERY_CHARACTER}"]


def test_no_variable_is_taken_for_one_of_the_script(account: Account) -> None:
    account.variables = {name: f"value of {name}" for name in OF_SCRIPTS}
    filled = {f"P{n}": {"environment_variable": name} for n, name in enumerate(OF_SCRIPTS)}
    account.add("after/jobs-prod-all", described())
    ran = account.run(plan_of(planned("all", filled)))
    assert ran.code == 0, ran.err
    given = {f"P{n}=value of {name}" for n, name in enumerate(OF_SCRIPTS)}
    assert set(ran.given["all"]) == given


def test_a_variable_of_the_script_s_name_that_is_not_set_is_missed(account: Account) -> None:
    account.variables = {}
    plan = plan_of(planned("all", {"P": {"environment_variable": "REGION"}}))
    ran = account.run(plan)
    assert (ran.code, ran.calls) == (2, [])
    assert "the environment variable REGION is not set" in ran.err


def test_again(account: Account) -> None:
    """Nothing is executed; required parameters are kept; failed change sets are cleaned up."""
    deployed(account)
    ran = account.run(PLAN)
    assert ran.code == 0, ran.err
    assert ran.out == (
        "jobs-prod-role: unchanged\njobs-prod-function: unchanged\nApiUrl: https://example.com/v1\n"
    )
    assert not ran.of("execute-change-set")
    assert ran.stacks("delete-change-set") == ["old1", "old2"] * 2
    assert ran.given["function"] == [f"Password={SECRET}", "Role=arn:role"]


def test_a_changed_output_is_passed_on(account: Account) -> None:
    deployed(account)
    account.add(
        "after/jobs-prod-role", described("UPDATE_COMPLETE", outputs={"RoleArn": "arn:new"})
    )
    ran = account.run(PLAN)
    assert ran.out.startswith("jobs-prod-role: updated\njobs-prod-function: unchanged\n")
    assert ran.given["function"][-1] == "Role=arn:new"


def test_a_value_that_is_kept_though_the_default_is_another_is_told(account: Account) -> None:
    """The AWS CLI keeps a value that is not given; a default that changes would change nothing."""
    deployed(account)
    other = PLAN.stacks[1]._replace(template={"Parameters": {"Size": {"Default": 6}}})
    plan = PLAN._replace(stacks=(PLAN.stacks[0], other))
    told = "  keeps its parameter Size, which is not the default: to set that, --parameter Size=..."
    assert told in account.run(plan).out
    assert told in account.run(plan, "--dry-run").out
    assert told not in account.run(plan, "--parameter", "Size=7").out


def test_missing_here_is_told_before_the_first_call(account: Account) -> None:
    """Environment variables, bucket, files and parameters, all at once."""
    account.variables = {"DB_PASSWORD": ""}
    big = planned("big", {"Password": {"environment_variable": "DB_PASSWORD"}}, text="x" * 51_201)
    plan = plan_of(*PLAN.stacks, big)
    ran = account.run(plan, "--parameter", "Imag=x", "--parameter", "Role=y")
    assert (ran.code, ran.calls) == (2, [])
    assert ran.err.splitlines() == [
        "deploy.sh: nothing was done, because",
        "  - the environment variable DB_PASSWORD is not set, "
        "for the parameter Password of jobs-prod-function",
        "  - the template big.json is over 51,200 bytes: "
        "give a bucket in us-east-1 to upload it to: --s3-bucket NAME",
        "  - --parameter Imag: no stack leaves such a parameter open; --help lists those that are",
        "  - --parameter Role: is filled in by this script itself",
        "  - --parameter Image=... is not given: "
        "needed unless jobs-prod-function has it from before",
    ]


def test_missing_there_is_told_before_the_first_stack(account: Account) -> None:
    """Required parameters, outputs of other projects, and stacks that are stuck."""
    account.add("stacks/storage", described(outputs={"Other": "x"}))
    account.add("stacks/jobs-prod-role", described("ROLLBACK_COMPLETE"))
    other = planned("other", {"A": from_stack("nowhere", "B")})
    ran = account.run(plan_of(*PLAN.stacks, other))
    assert (ran.code, ran.of("deploy")) == (1, [])
    assert ran.err.splitlines()[1:] == [
        "deploy.sh: nothing was done, because",
        "  - jobs-prod-role is ROLLBACK_COMPLETE and can only be deleted: aws cloudformation "
        "delete-stack --stack-name jobs-prod-role --region us-east-1",
        "  - jobs-prod-role: its parameter Bucket is the output Bucket of the stack storage, "
        "which has no such output",
        "  - jobs-prod-function: its parameter Image has no value: give --parameter Image=...",
        "  - jobs-prod-other: its parameter A is the output B of the stack nowhere, "
        "which does not exist",
    ]


def test_a_required_parameter_that_is_new_in_an_update_is_missed(account: Account) -> None:
    """A stack keeps the values that it has, and has none for a parameter that is new."""
    deployed(account)
    account.add("stacks/jobs-prod-function", described(parameters=("Role",)))
    ran = account.run(PLAN)
    assert ran.code == 1
    assert "its parameter Image has no value" in ran.err


@pytest.mark.parametrize(
    ("status", "what"),
    [
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("CREATE_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_FAILED", "rollback-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("IMPORT_ROLLBACK_FAILED", "by hand"),
    ],
)
def test_a_stack_that_is_stuck(account: Account, status: str, what: str) -> None:
    deployed(account)
    account.add("stacks/jobs-prod-role", described(status))
    ran = account.run(PLAN)
    assert (ran.code, ran.of("deploy")) == (1, [])
    assert re.search(f"jobs-prod-role is {status}.*{what}", ran.err)


@pytest.mark.parametrize(
    "status",
    ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"],
)
def test_a_stack_that_can_be_updated(account: Account, status: str) -> None:
    deployed(account)
    account.add("stacks/jobs-prod-function", described(status, parameters=("Image",)))
    assert account.run(PLAN).code == 0


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_what_an_earlier_run_began_is_waited_for(account: Account, status: str) -> None:
    deployed(account)
    account.add("stacks/jobs-prod-role", described(status))
    account.add("next/jobs-prod-role", described(outputs={"RoleArn": "arn:late"}))
    ran = account.run(PLAN)
    assert ran.code == 0, ran.err
    assert f"jobs-prod-role is {status}: waiting until that is done" in ran.err
    assert ran.given["function"][-1] == "Role=arn:late"


def test_a_stack_in_review_is_created(account: Account) -> None:
    """A run that was killed between change set and execution left it so."""
    account.add("stacks/jobs-prod-role", described("REVIEW_IN_PROGRESS"))
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "jobs-prod-role: created")
    assert "waiting" not in ran.err


def test_just_after_execution_a_stack_is_in_review_for_a_moment(account: Account) -> None:
    account.add("after/jobs-prod-role", described("REVIEW_IN_PROGRESS"))
    account.add("next/jobs-prod-role", described(outputs={"RoleArn": "arn:late"}))
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert ran.code == 0, ran.err
    assert ran.given["function"][-1] == "Role=arn:late"


@pytest.mark.parametrize(("name", "code"), [("INT", 130), ("TERM", 143)])
def test_an_interruption(account: Account, name: str, code: int) -> None:
    """It is told that CloudFormation goes on, and that a second run does the rest."""
    account.add("after/jobs-prod-role", described("CREATE_IN_PROGRESS"))
    (account.bin / "sleep").write_text(f"#!/bin/bash\nkill -{name} $PPID\n")
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert ran.code == code
    assert "CloudFormation goes on with what it has begun; run this again" in ran.err
    assert ran.stacks("deploy") == ["role"]


EVENTS = """\
UPDATE_ROLLBACK_COMPLETE\tjobs-prod-role\tAWS::CloudFormation::Stack\tNone
UPDATE_FAILED\tOther\tAWS::SNS::Topic\tResource update cancelled
CREATE_FAILED\tSecond\tAWS::IAM::Role\tso does this
CREATE_FAILED\tFirst\tAWS::IAM::Role\tno such "policy"
UPDATE_IN_PROGRESS\tjobs-prod-role\tAWS::CloudFormation::Stack\tUser Initiated
CREATE_FAILED\tOlder\tAWS::IAM::Role\tof an earlier operation
"""


def test_a_failed_update(account: Account) -> None:
    """The reasons are shown, the first cause first, and what to do; later stacks are let be."""
    deployed(account)
    account.add("after/jobs-prod-role", described("UPDATE_ROLLBACK_COMPLETE"))
    account.add("events", EVENTS)
    ran = account.run(PLAN)
    assert (ran.code, ran.out) == (1, "jobs-prod-role: failed\n")
    assert ran.err.splitlines()[1:] == [
        "jobs-prod-role is UPDATE_ROLLBACK_COMPLETE:",
        '  First (AWS::IAM::Role): no such "policy"',
        "  Second (AWS::IAM::Role): so does this",
        "The stack is as it was before. Set right what failed, then run this again; "
        "stacks that are done stay as they are.",
    ]
    assert ran.stacks("deploy") == ["role"]


def test_a_failed_create(account: Account) -> None:
    account.add("after/jobs-prod-role", described("ROLLBACK_COMPLETE"))
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert ran.code == 1
    assert "(no event says why)" in ran.err
    assert "delete-stack --stack-name jobs-prod-role --region us-east-1" in ran.err


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("An error occurred (ExpiredToken) when calling X: The token is expired", "log in again"),
        ("Unable to locate credentials. You can configure them", "set AWS_PROFILE"),
        ("The config profile (x) could not be found", "set AWS_PROFILE"),
        ("An error occurred (AccessDenied) when calling X: User: y", "lacks that permission"),
        ('Could not connect to the endpoint URL: "https://x"', "check network"),
        ("An error occurred (Throttling)", "run this again"),
    ],
)
def test_what_the_cli_refuses(account: Account, text: str, advice: str) -> None:
    """Its own words, and what to do."""
    account.add("refused/sts-get-caller-identity", text)
    ran = account.run(PLAN, "--parameter", "Image=i")
    assert (ran.code, ran.of("deploy")) == (1, [])
    assert text in ran.err
    assert advice in ran.err


@pytest.mark.parametrize(
    "operation",
    ["describe-stacks", "deploy", "execute-change-set", "update-termination-protection"],
)
def test_a_call_that_fails_ends_the_run(account: Account, operation: str) -> None:
    account.add(f"refused/cloudformation-{operation}", "An error occurred (AccessDenied)")
    ran = account.run(PLAN._replace(protect=True), "--parameter", "Image=i")
    assert ran.code == 1
    assert "An error occurred (AccessDenied)" in ran.err
    assert len(ran.of(operation)) == 1


def test_who_may_not_clean_up_goes_on(account: Account) -> None:
    deployed(account)
    account.add("refused/cloudformation-list-change-sets", "An error occurred (AccessDenied)")
    assert account.run(PLAN).code == 0


def test_large_templates_go_through_a_bucket(account: Account) -> None:
    plan = plan_of(planned("small"), planned("big", text="é" * 25_601))
    for key in ("small", "big"):
        account.add(f"after/jobs-prod-{key}", described())
    ran = account.run(plan, "--s3-bucket", "shelf")
    assert ran.code == 0, ran.err
    small, big = ran.of("deploy")
    assert "--s3-bucket" not in small
    assert big[big.index("--s3-bucket") :][:4] == [
        "--s3-bucket",
        "shelf",
        "--s3-prefix",
        "jobs-prod",
    ]
    assert "--parameter-overrides" not in big
    assert len(ran.of("head-bucket")) == 1


def test_a_bucket_that_is_not_there(account: Account) -> None:
    """A missing one stops everything; one that may not be asked for is tried."""
    plan = plan_of(planned("big", text="x" * 51_201))
    account.add("refused/s3api-head-bucket", "An error occurred (404) … Not Found")
    ran = account.run(plan, "--s3-bucket", "shelf")
    assert (ran.code, ran.of("deploy")) == (1, [])
    assert "there is no bucket shelf" in ran.err
    account.add("refused/s3api-head-bucket", "An error occurred (403) … Forbidden")
    assert account.run(plan, "--s3-bucket", "shelf").code == 0


CHANGES = """\
Modify\tFunctionWeb\tAWS::Lambda::Function\tFalse
Modify\tTable\tAWS::X::Table\tTrue
Modify\tPerhaps\tAWS::X::Table\tConditional
Add\tNew\tAWS::X::New\tNone
"""


def test_dry_run(account: Account) -> None:
    """Changes are shown and not executed, and the change set goes; no password is needed."""
    deployed(account)
    account.variables.clear()
    account.add("after/jobs-prod-function", described())
    account.add("changes", CHANGES)
    ran = account.run(PLAN, "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "What deploying jobs-prod in us-east-1 would change:\n"
        "jobs-prod-role: no change\n"
        "jobs-prod-function:\n"
        "  Modify  FunctionWeb                                   AWS::Lambda::Function\n"
        "  Modify  Table                                         AWS::X::Table  is replaced\n"
        "  Modify  Perhaps                                       AWS::X::Table  may be replaced\n"
        "  Add     New                                           AWS::X::New\n"
        "Nothing was changed. "
        "Each stack was compared with the others' outputs as they are now.\n"
    )
    assert not ran.of("execute-change-set")
    assert ran.stacks("delete-change-set") == ["old1", "old2", "function"]
    assert not ran.of("delete-stack")
    assert ran.given["function"] == ["Role=arn:role"]


def test_dry_run_of_nothing(account: Account) -> None:
    """The first stack is compared and its shell removed; what waits for it says so."""
    ran = account.run(PLAN, "--dry-run", "--parameter", "Image=i")
    assert ran.code == 0
    assert ran.out.splitlines()[1:-1] == [
        "jobs-prod-role: would be created",
        "  (no resource: outputs or tags)",
        "jobs-prod-function: not compared, because its parameter Role is the output RoleArn of "
        "the stack jobs-prod-role, which does not exist yet",
    ]
    assert ran.stacks("delete-stack") == ["role"]
    assert not ran.of("execute-change-set")


def test_dry_run_leaves_a_shell_that_was_there(account: Account) -> None:
    account.add("stacks/jobs-prod-role", described("REVIEW_IN_PROGRESS"))
    assert not account.run(PLAN, "--dry-run").of("delete-stack")


def test_dry_run_of_what_would_fail(account: Account) -> None:
    """A refused change set and a stack that is stuck are told, and the run fails at its end."""
    deployed(account)
    account.add(
        "refused/deploy-jobs-prod-role", "An error occurred (ValidationError): bad template"
    )
    ran = account.run(PLAN, "--dry-run")
    assert ran.code == 1
    assert "jobs-prod-role: is refused" in ran.out
    assert "bad template" in ran.out
    assert "jobs-prod-function: no change" in ran.out
    account.add("stacks/jobs-prod-role", described("ROLLBACK_COMPLETE"))
    ran = account.run(PLAN, "--dry-run")
    assert ran.code == 1
    assert "jobs-prod-role: cannot be deployed. jobs-prod-role is ROLLBACK_COMPLETE" in ran.out


def test_protection(account: Account) -> None:
    """What is not protected yet is, where the environment says so."""
    deployed(account)
    account.add("stacks/jobs-prod-role", described(outputs={"RoleArn": "a"}, protected=True))
    ran = account.run(PLAN._replace(protect=True))
    assert ran.stacks("update-termination-protection") == ["function"]
    assert "--enable-termination-protection" in ran.of("update-termination-protection")[0]
    assert not account.run(PLAN).of("update-termination-protection")


def test_delete(account: Account) -> None:
    """The last first; what does not exist is no error; no variable is needed."""
    deployed(account)
    account.variables.clear()
    plan = plan_of(PLAN.stacks[0], planned("gone"), PLAN.stacks[1])
    ran = account.run(plan, "--delete", "prod")
    assert ran.code == 0, ran.err
    assert ran.stacks("delete-stack") == ["function", "role"]
    assert ran.out == (
        "jobs-prod-function: deleted\njobs-prod-gone: does not exist\njobs-prod-role: deleted\n"
    )


def test_delete_of_what_is_protected(account: Account) -> None:
    """Nothing goes, and the command that lifts the protection is told."""
    deployed(account)
    account.add("stacks/jobs-prod-role", described(protected=True))
    ran = account.run(PLAN, "--delete", "prod")
    assert (ran.code, ran.of("delete-stack")) == (1, [])
    assert "jobs-prod-role is protected. If it may go: aws cloudformation " in ran.err
    assert "update-termination-protection --no-enable-termination-protection" in ran.err


def test_delete_that_fails(account: Account) -> None:
    deployed(account)
    account.add("stacks/jobs-prod-function", described("DELETE_FAILED"))
    (account.bin / "rm").write_text("#!/bin/bash\n")
    (account.bin / "rm").chmod(0o755)
    account.add(
        "events",
        "DELETE_FAILED\tGroup\tAWS::EC2::SecurityGroup\tis in use\n"
        "DELETE_IN_PROGRESS\tjobs-prod-function\tAWS::CloudFormation::Stack\tNone\n",
    )
    ran = account.run(PLAN, "--delete", "prod")
    assert (ran.code, ran.out) == (1, "jobs-prod-function: failed\n")
    assert "  Group (AWS::EC2::SecurityGroup): is in use" in ran.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dryrun"], "there is no option '--dryrun'"),
        (["prod"], "there is no option 'prod'"),
        (["--delete"], "write: --delete prod"),
        (["--delete", "dev"], "write: --delete prod"),
        (["--delete", "prod", "--dry-run"], "--delete takes no other option"),
        (["--parameter", "Image"], "--parameter takes NAME=VALUE, not 'Image'"),
        (["--parameter"], "--parameter needs a value"),
        (["--s3-bucket", ""], "--s3-bucket needs a value"),
    ],
)
def test_wrong_usage(account: Account, options: list[str], message: str) -> None:
    ran = account.run(PLAN, *options)
    assert (ran.code, ran.calls, ran.out) == (2, [], "")
    assert message in ran.err.splitlines()[0]
    assert "Usage: deploy.sh" in ran.err


def test_help(account: Account) -> None:
    """It lists what this environment wants, and calls nothing."""
    ran = account.run(PLAN, "--help")
    assert (ran.code, ran.calls) == (0, [])
    assert "Needs the environment variable DB_PASSWORD (jobs-prod-function)" in ran.out
    assert "Needs --parameter Image=... once (jobs-prod-function)" in ran.out
    assert "Takes --parameter Size=... (jobs-prod-function)" in ran.out


def test_without_the_aws_cli(account: Account) -> None:
    for name in ("bash", "cat", "dirname"):
        (account.bin / name).symlink_to(shutil.which(name) or name)
    (account.bin / "aws").unlink()
    account.variables["PATH"] = str(account.bin)
    ran = account.run(PLAN)
    assert ran.code == 2
    assert "the program aws is not on the PATH. Install the AWS CLI" in ran.err


def test_it_runs_from_any_folder(account: Account, tmp_path: Path) -> None:
    """Also through a relative path, with a CDPATH that would lead elsewhere."""
    account.variables["CDPATH"] = os.fspath(tmp_path)
    (tmp_path / "aws-cli").mkdir()
    account.run(PLAN, "--help")
    done = subprocess.run(
        ["bash", "aws-cli/deploy.sh", "--parameter", "Image=i"],
        cwd=account.output,
        env={"PATH": f"{account.bin}:/usr/bin:/bin", "FAKE": str(account.folder)}
        | {"FAKE_WARNING": ""}
        | account.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_parameter_files() -> None:
    """They hold what is known, in the one form that both versions of the AWS CLI read."""
    files = aws_cli_files(PLAN)
    assert sorted(files) == ["deploy.sh", "function.parameters.json", "role.parameters.json"]
    assert json.loads(files["role.parameters.json"]) == ['Text=a "b",\n[c]']
    assert files["function.parameters.json"] == to_json([])


@pytest.mark.parametrize("tag", ["a=b", "-x"])
def test_a_tag_that_cannot_be_passed(tag: str) -> None:
    plan = plan_of(planned("role", tags={"Service": "jobs", tag: "c"}))
    with pytest.raises(UnsupportedError, match=f"cannot pass the tag '{tag}'"):
        aws_cli_files(plan)


def test_the_script_parses_and_needs_no_bash_4() -> None:
    """What bash 3.2 (macOS) lacks or does otherwise does not occur."""
    script = aws_cli_files(PLAN)["deploy.sh"]
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    later = r"declare -[Ang]|local -[n]|mapfile|readarray|\$\{\w+(,,|\^\^|@[A-Z])|&>>|\|&|;;&"
    later += r"|\[-1\]|coproc|\bwait -n|EPOCH|shopt -s globstar|printf .*%\(|\[\[ -v |read -i"
    assert not re.search(later, script)
    # Before bash 4.4 an empty array is unset: only arrays that hold something are expanded.
    assert set(re.findall(r"\$\{(\w+)\[@\]\}", script)) == {"tags", "arguments", "wanted"}
