"""``import/import.sh``: the AWS CLI's commands for an import and for the deploy that follows it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway_infra.writers.adoption.identifiers import FILL_IN
from gateway_infra.writers.adoption.stacks import Adoption
from gateway_infra.writers.plan import Plan
from gateway_infra.writers.templates import INLINE_BYTES

_HEAD = r"""#!/usr/bin/env bash
# Written by gateway-infra; README.md beside it tells how it is used.
# usage: import.sh import|drift|change|deploy STACK
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
export AWS_DEFAULT_REGION=@REGION@ AWS_REGION=@REGION@
change_set=gateway-infra-adoption

fail() {
    echo "import.sh: $*" >&2
    exit 1
}

cloudformation() { aws cloudformation "$@"; }

# An output of a stack that was deployed before.
output() {
    local value
    value=$(cloudformation describe-stacks --stack-name "$1" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue")
    [[ -n $value && $value != None ]] || fail "the stack $1 has no output $2; deploy it first"
    printf '%s' "$value"
}

# A variable of the environment.
given() {
    [[ -n ${!1-} ]] || fail "set the environment variable $1"
    printf '%s' "${!1}"
}

json() {
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\t'/\\t}
    printf '"%s"' "${text//$'\n'/\\n}"
}

# Parameters as JSON, for the standard input of a command: a secret is in no argument and no file.
parameters() {
    local key=$1 name optional value variable separator=
    shift
    printf '['
    for name in "$@"; do
        optional=${name%\?}
        if [[ $optional != "$name" ]]; then
            name=$optional variable=PARAMETER_$optional
            [[ -n ${!variable-} ]] || continue
        fi
        value=$(parameter "$key/$name") || exit 1
        printf '%s{"ParameterKey":"%s","ParameterValue":%s}' "$separator" "$name" "$(json "$value")"
        separator=,
    done
    printf ']'
}

# What a request takes as the template: its text, or past @INLINE@ bytes where it was uploaded.
template() {
    if (($(wc -c <"$1") <= @INLINE@)); then
        echo "--template-body=file://$1"
        return
    fi
    [[ -n ${TEMPLATE_BUCKET-} ]] || fail "$1 is too large for a request; set TEMPLATE_BUCKET"
    aws s3 cp --only-show-errors "$1" "s3://$TEMPLATE_BUCKET/@PREFIX@/${1##*/}" >&2
    echo "--template-url=https://$TEMPLATE_BUCKET.s3.@REGION@.@SUFFIX@/@PREFIX@/${1##*/}"
}

# Make a change set from TYPE TEMPLATE, the parameters as JSON, and more options.
prepare() {
    local type=$1 body values=$3
    body=$(template "$2")
    shift 3
    printf '%s' "$values" | cloudformation create-change-set --stack-name "$stack" \
        --change-set-name "$change_set" --change-set-type "$type" "$body" \
        --parameters file:///dev/stdin ${tags[@]+"${tags[@]}"} "$@"
    cloudformation wait change-set-create-complete --stack-name "$stack" \
        --change-set-name "$change_set" || {
        cloudformation describe-change-set --stack-name "$stack" --change-set-name "$change_set" \
            --query StatusReason --output text >&2
        cloudformation delete-change-set --stack-name "$stack" --change-set-name "$change_set"
        fail "the change set was refused, and is deleted"
    }
    cloudformation describe-change-set --stack-name "$stack" --change-set-name "$change_set" \
        --query "Changes[].ResourceChange.[Action,Replacement,LogicalResourceId]" --output table
}

execute() {
    cloudformation execute-change-set --stack-name "$stack" --change-set-name "$change_set"
    cloudformation wait "$1" --stack-name "$stack"
}

import_part() {
    local part=$1 values
    shift
    ! grep -n '@FILL_IN@' "$part.resources-to-import.json" >&2 || fail "fill these in first"
    values=$(parameters "$key" "$@")
    prepare IMPORT "$part.template.json" "$values" ${capabilities[@]+"${capabilities[@]}"} \
        --resources-to-import "file://$part.resources-to-import.json"
    execute stack-import-complete
}

drift() {
    local id status
    id=$(cloudformation detect-stack-drift --stack-name "$stack" --output text \
        --query StackDriftDetectionId)
    status=DETECTION_IN_PROGRESS
    while [[ $status == DETECTION_IN_PROGRESS ]]; do
        sleep 3
        status=$(cloudformation describe-stack-drift-detection-status --output text \
            --stack-drift-detection-id "$id" --query DetectionStatus)
    done
    cloudformation describe-stack-resource-drifts --stack-name "$stack" \
        --stack-resource-drift-status-filters MODIFIED DELETED --output json \
        --query "StackResourceDrifts[].{id:LogicalResourceId,differs:PropertyDifferences}"
}
"""
_TAIL = """\
    *) fail "no stack '${2-}' has anything to import" ;;
esac

case ${1-} in
    import) import_stack ;;
    drift) drift ;;
    change)
        # Without this mode CloudFormation compares templates, and never sees what drifted.
        values=$(parameters "$key" ${names[@]+"${names[@]}"})
        prepare UPDATE "../$key.json" "$values" ${capabilities[@]+"${capabilities[@]}"} \\
            --deployment-mode REVERT_DRIFT
        ;;
    deploy) execute stack-update-complete ;;
    *) fail "usage: import.sh import|drift|change|deploy STACK" ;;
esac
"""


def script(plan: Plan, adoptions: Sequence[Adoption]) -> str:
    """Return the script.

    The deploy after an import is a drift-aware change set, as an ordinary one leaves every
    difference between what was imported and the template as it is:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
    """
    china = plan.region.startswith("cn-")
    words = {
        "@REGION@": plan.region,
        "@INLINE@": str(INLINE_BYTES),
        "@FILL_IN@": FILL_IN,
        "@PREFIX@": f"{plan.service}-{plan.environment}-import",
        "@SUFFIX@": "amazonaws.com.cn" if china else "amazonaws.com",
    }
    head = _HEAD
    for word, text in words.items():
        head = head.replace(word, text)
    adopted = [item for item in adoptions if item.batches]
    lines = [*_values(adopted), "", "case ${2-} in"]
    for item in adopted:
        lines += _stack(item)
    return "\n".join([head, *lines]) + "\n" + _TAIL


def _values(adoptions: Sequence[Adoption]) -> Iterator[str]:
    yield "# Where the value of a parameter comes from."
    yield "parameter() {"
    yield '    case "$1" in'
    for item in adoptions:
        for name, filled in sorted(item.stack.parameters.items()):
            yield f"        {item.stack.key}/{name}) {_value(name, filled)} ;;"
    yield '        *) fail "no parameter $1" ;;'
    yield "    esac"
    yield "}"


def _value(name: str, filled: Mapping[str, Any]) -> str:
    if "from" in filled:
        source = filled["from"]
        return f"output {shlex.quote(source['stack'])} {shlex.quote(source['output'])}"
    if "environment_variable" in filled:
        return f"given {filled['environment_variable']}"
    if "value" in filled:
        return f"printf '%s' {shlex.quote(str(filled['value']))}"
    # A prefix, as a parameter may have the name of one of the script's own variables.
    return f"given PARAMETER_{name}"


def _stack(adoption: Adoption) -> Iterator[str]:
    """Set what the steps need of one stack."""
    stack = adoption.stack
    names = [
        f"'{name}?'" if filled.get("required") is False else name
        for name, filled in sorted(stack.parameters.items())
    ]
    optional = {name.strip("'?"): name for name in names}
    tags = [{"Key": key, "Value": value} for key, value in stack.tags.items()]
    capabilities = ["--capabilities", *stack.capabilities] if stack.capabilities else []
    yield f"    {stack.key})"
    yield f"        key={stack.key} stack={stack.name}"
    yield f"        names=({' '.join(names)})"
    yield f"        tags=(--tags {shlex.quote(json.dumps(tags))})" if tags else "        tags=()"
    yield f"        capabilities=({' '.join(capabilities)})"
    yield "        import_stack() {"
    for batch in adoption.batches:
        words = [batch.name, *(optional[name] for name in batch.parameters)]
        yield f"            import_part {' '.join(words)}"
    yield "        }"
    yield "        ;;"
