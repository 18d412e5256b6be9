# From here on the script is the same for every environment. It runs in bash 3.2 and later, with the
# AWS CLI 1 or 2, and needs nothing else.

usage() {
  cat <<USAGE
Usage: deploy.sh [--dry-run] [--s3-bucket NAME] [--parameter NAME=VALUE]...
       deploy.sh --delete $environment

Deploys the stacks of $service-$environment in $region, in order, each where it differs.

  --dry-run               make a change set of each stack, show it, and delete it again
  --parameter NAME=VALUE  fill in a parameter that the environment file leaves open; once given, a
                          stack keeps it
  --s3-bucket NAME        where templates of over 51,200 bytes are uploaded
  --delete $environment
                          delete all stacks, the last first
  --help                  show this
USAGE
  local p
  for ((p = 0; p < parameter_count; p++)); do
    case ${p_kind[p]} in
      variable) echo "Needs the environment variable ${p_from[p]} (${names[p_stack[p]]})" ;;
      required) echo "Needs --parameter ${p_name[p]}=... once (${names[p_stack[p]]})" ;;
      optional) echo "Takes --parameter ${p_name[p]}=... (${names[p_stack[p]]})" ;;
    esac
  done
}

# --- The plan, read into arrays: bash 3.2 has neither maps nor references. ---

stack_count=0 # of the plan: keys, names, capabilities, large
parameter_count=0 # of the plan: p_stack (an index), p_kind, p_name, p_from, p_output
given_count=0 # of the command line: given_name, given_value
fact_count=0 # of what AWS says: fact_stack, fact_name, fact_text
problem_count=0 # what stands against deploying: problems

stack() { # stack KEY NAME
  keys[stack_count]=$1 names[stack_count]=$2 capabilities[stack_count]='' large[stack_count]=''
  stack_count=$((stack_count + 1))
}
capability() { capabilities[stack_count - 1]+="${capabilities[stack_count - 1]:+ }$1"; }
large() { large[stack_count - 1]=yes; }
output() { open_parameter output "$1" "$2" "$3"; }  # output PARAMETER STACK KEY
variable() { open_parameter variable "$1" "$2" ''; } # variable PARAMETER NAME
required() { open_parameter required "$1" '' ''; }   # required PARAMETER
optional() { open_parameter optional "$1" '' "$2"; } # optional PARAMETER DEFAULT

open_parameter() { # open_parameter KIND PARAMETER FROM OUTPUT: for the stack named last
  p_stack[parameter_count]=$((stack_count - 1)) p_kind[parameter_count]=$1
  p_name[parameter_count]=$2 p_from[parameter_count]=$3 p_output[parameter_count]=$4
  parameter_count=$((parameter_count + 1))
}

is_ours() { # is_ours STACK: is it one of the plan?
  local i
  for ((i = 0; i < stack_count; i++)); do
    [[ ${names[i]} != "$1" ]] || return 0
  done
  return 1
}

given() { # given PARAMETER: put what the command line gives it last in $REPLY
  local g
  for ((g = given_count - 1; g >= 0; g--)); do
    REPLY=${given_value[g]}
    [[ ${given_name[g]} != "$1" ]] || return 0
  done
  return 1
}

# --- Messages. Results go to stdout, what is wrong to stderr. ---

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
problem() {
  problems[problem_count]=$1
  problem_count=$((problem_count + 1))
}

stop_on_problems() { # stop_on_problems CODE
  local n
  ((problem_count)) || return 0
  complain "deploy.sh: nothing was done, because"
  for ((n = 0; n < problem_count; n++)); do
    complain "  - ${problems[n]}"
  done
  exit "$1"
}

wrong_usage() {
  complain "deploy.sh: $1"
  usage >&2
  exit 2
}

advise() { # advise TEXT: put in $REPLY what to do about a call of the AWS CLI that failed so
  REPLY="Set that right and run this again: stacks that are done stay as they are."
  case $1 in
    *ExpiredToken* | *"as expired"* | *"is expired"* | *"have expired"* | *"token expired"*)
      REPLY="The credentials have expired: log in again (aws sso login, or as your organization does it), then run this again."
      ;;
    *"locate credentials"* | *InvalidClientTokenId* | *"could not be found"* | *SignatureDoesNotMatch* | *"Partial credentials"*)
      REPLY="The AWS CLI finds no credentials that are valid: set AWS_PROFILE, or log in (aws configure, aws sso login), then run this again."
      ;;
    *AccessDenied* | *"not authorized"* | *UnauthorizedOperation*)
      REPLY="Whoever runs this lacks that permission: add it to the role, then run this again."
      ;;
    *"Could not connect"* | *"onnection was closed"* | *"timeout on endpoint"*)
      REPLY="AWS was not reached: check network and proxy, then run this again."
      ;;
  esac
}

refused() { # refused TEXT: a call failed with this text; say it, and what to do, and stop
  complain ""
  complain "$1"
  advise "$1"
  complain "$REPLY"
  exit 1
}

# --- What AWS says. ---

cloudformation() { aws cloudformation "$@" --region "$region"; }

# A list of strings, name and text in turn. The CLI prints each on a line of its own, as JSON:
# a value may hold anything, and goes into the parameters of the next stack as it is.
readonly facts="Stacks[0].[[['status', StackStatus], ['protected', to_string(EnableTerminationProtection)]],
  not_null(Parameters, \`[]\`)[].[join('', ['parameter ', ParameterKey]), not_null(ParameterValue, '')],
  not_null(Outputs, \`[]\`)[].[join('', ['output ', OutputKey]), OutputValue]][][]"

look() { # look STACK: read its status, names of parameters, and outputs
  local text line name=''
  forget "$1"
  if ! text=$(cloudformation describe-stacks --stack-name "$1" --query "$facts" --output json 2>&1); then
    [[ $text == *"$1 does not exist"* ]] || refused "$text"
    fact "$1" status NONE
    return 0
  fi
  while IFS= read -r line; do
    [[ $line == '    "'* ]] || continue
    line=${line#*\"}
    line=${line%,}
    line=${line%\"}
    if [[ -z $name ]]; then
      name=$line
    else
      fact "$1" "$name" "$line"
      name=''
    fi
  done <<<"$text"
}

forget() { # forget STACK: what was noted of it
  local f kept=0
  for ((f = 0; f < fact_count; f++)); do
    [[ ${fact_stack[f]} != "$1" ]] || continue
    fact_stack[kept]=${fact_stack[f]} fact_name[kept]=${fact_name[f]} fact_text[kept]=${fact_text[f]}
    kept=$((kept + 1))
  done
  fact_count=$kept
}

fact() { # fact STACK NAME TEXT: note it
  fact_stack[fact_count]=$1 fact_name[fact_count]=$2 fact_text[fact_count]=$3
  fact_count=$((fact_count + 1))
}

known() { # known STACK NAME: put the fact's text in $REPLY, outputs as JSON without its quotes
  local f
  for ((f = 0; f < fact_count; f++)); do
    REPLY=${fact_text[f]}
    [[ ${fact_stack[f]} != "$1" || ${fact_name[f]} != "$2" ]] || return 0
  done
  REPLY=''
  return 1
}

exists() { # exists STACK: was it ever created? A change set alone leaves it in review.
  known "$1" status || return 1
  [[ $REPLY != NONE && $REPLY != REVIEW_IN_PROGRESS ]]
}

look_until_settled() { # look_until_settled STACK [yes]: also while in review, just after execution
  local pause=1
  while
    look "$1"
    known "$1" status
    [[ $REPLY == *_IN_PROGRESS && ($REPLY != REVIEW_IN_PROGRESS || -n ${2-}) ]]
  do
    sleep "$pause"
    ((pause >= 5)) || pause=$((pause + 1))
  done
}

look_at_all() { # look at every stack of the plan, and wait for what an earlier run has begun
  local i
  for ((i = 0; i < stack_count; i++)); do
    look "${names[i]}"
    known "${names[i]}" status
    if [[ $REPLY == *_IN_PROGRESS && $REPLY != REVIEW_IN_PROGRESS ]]; then
      complain "${names[i]} is $REPLY: waiting until that is done"
      look_until_settled "${names[i]}"
    fi
  done
}

look_at_others() { # look once at each stack of other projects whose outputs are wanted
  local p
  for ((p = 0; p < parameter_count; p++)); do
    if [[ ${p_kind[p]} == output ]] && ! is_ours "${p_from[p]}"; then
      known "${p_from[p]}" status || look "${p_from[p]}"
    fi
  done
}

by_hand() { say "aws cloudformation $1 --stack-name $2 --region $region"; }

stuck() { # stuck STACK: if it cannot be updated as it is, put why, and what to do, in $REPLY
  known "$1" status
  case $REPLY in
    ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED | DELETE_FAILED)
      REPLY="$1 is $REPLY and can only be deleted: $(by_hand delete-stack "$1")"
      ;;
    UPDATE_ROLLBACK_FAILED) REPLY="$1 is $REPLY: $(by_hand continue-update-rollback "$1")" ;;
    UPDATE_FAILED) REPLY="$1 is $REPLY: $(by_hand rollback-stack "$1")" ;;
    IMPORT_ROLLBACK_FAILED) REPLY="$1 is $REPLY: finish or undo the import by hand" ;;
    *) return 1 ;;
  esac
}

# --- Parameters. ---

json_text() ( # json_text TEXT: as a JSON string without its quotes
  LC_ALL=C # byte by byte: those of UTF-8 go through as they are
  text=$1 done=''
  for ((n = 0; n < ${#text}; n++)); do
    c=${text:n:1}
    case $c in
      \" | \\) c=\\$c ;;
      [[:cntrl:]]) printf -v c '\\u%04x' "'$c" ;;
    esac
    done+=$c
  done
  printf '%s' "$done"
)

# value P: put the parameter's value in $REPLY, as JSON without its quotes. 1: no value here, and
# none is needed, as the stack has one. 2: it has no value; $REPLY says what is missing.
value() {
  local p=$1 kind=${p_kind[$1]} name=${p_name[$1]} from=${p_from[$1]} stack=${names[p_stack[$1]]}
  local why
  case $kind in
    output)
      ! known "$from" "output ${p_output[p]}" || return 0
      why="its parameter $name is the output ${p_output[p]} of the stack $from, which "
      if exists "$from"; then why+="has no such output"; else why+="does not exist"; fi
      ! is_ours "$from" || why+=" yet"
      REPLY=$why
      return 2
      ;;
    variable)
      if [[ -n ${!from-} ]]; then
        REPLY=$(json_text "${!from}")
        return 0
      fi
      REPLY="its parameter $name is the environment variable $from, which is not set"
      ;;
    *)
      if given "$name"; then
        REPLY=$(json_text "$REPLY")
        return 0
      fi
      [[ $kind == required ]] || return 1
      REPLY="its parameter $name has no value: give --parameter $name=..."
      ;;
  esac
  why=$REPLY
  if exists "$stack" && known "$stack" "parameter $name"; then return 1; fi
  REPLY=$why
  return 2
}

tell_kept() { # tell_kept I: parameters whose value differs from a default that may be new
  local p name
  for ((p = 0; p < parameter_count; p++)); do
    name=${p_name[p]}
    if ((p_stack[p] != $1)) || [[ ${p_kind[p]} != optional ]] || given "$name"; then continue; fi
    ! known "${names[$1]}" "parameter $name" || [[ $REPLY == "${p_output[p]}" ]] ||
      say "  keeps its parameter $name, which is not the default: to set that, --parameter $name=..."
  done
}

lacks() { # lacks I: put in $REPLY why the stack cannot be compared or deployed now
  local p code
  for ((p = 0; p < parameter_count; p++)); do
    ((p_stack[p] == $1)) || continue
    code=0
    value "$p" || code=$?
    ((code != 2)) || return 0
  done
  return 1
}

# overrides I: all that is known for the stack's parameters, as `--parameter-overrides` takes it
# from a file: ["Name=value", ...]. What is left out keeps its value, or gets the template's default.
overrides() {
  local p line before='['
  while IFS= read -r line; do
    [[ $line == '  "'* ]] || continue
    printf '%s%s' "$before" "${line%,}"
    before=,
  done <"$here/${keys[$1]}.parameters.json"
  for ((p = 0; p < parameter_count; p++)); do
    if ((p_stack[p] == $1)) && value "$p"; then
      printf '%s"%s=%s"' "$before" "${p_name[p]}" "$REPLY"
      before=,
    fi
  done
  [[ $before == '[' ]] || printf ']'
}

# --- Change sets. ---

# make_change_set I: put the ARN of the stack's change set in $REPLY, nothing if it changes nothing;
# 1 if CloudFormation refuses it, and $REPLY says why. Values go through a pipe, as arguments and
# files can be read by others.
make_change_set() {
  local arguments json text arn='arn:[^[:space:]]+:changeSet/[^[:space:]]+'
  arguments=(
    --stack-name "${names[$1]}" --template-file "$here/../${keys[$1]}.json"
    --no-execute-changeset --no-fail-on-empty-changeset --tags "${tags[@]}"
  )
  if [[ -n ${capabilities[$1]} ]]; then
    local -a wanted
    IFS=' ' read -ra wanted <<<"${capabilities[$1]}"
    arguments+=(--capabilities "${wanted[@]}")
  fi
  [[ -z ${large[$1]} ]] || arguments+=(--s3-bucket "$bucket" --s3-prefix "$service-$environment")
  json=$(overrides "$1")
  [[ -z $json ]] || arguments+=(--parameter-overrides file:///dev/stdin)
  if ! text=$(printf '%s' "$json" | cloudformation deploy "${arguments[@]}" 2>&1); then
    drop_failed_change_sets "${names[$1]}"
    REPLY=$text
    return 1
  fi
  REPLY=''
  if [[ $text =~ $arn ]]; then
    REPLY=${BASH_REMATCH[0]}
  else
    drop_failed_change_sets "${names[$1]}"
  fi
}

# The AWS CLI leaves a failed change set behind where nothing changes; at 1,000 of them a stack takes
# no more (https://github.com/aws/aws-cli/issues/4534). Whoever may not delete them goes on.
drop_failed_change_sets() { # drop_failed_change_sets STACK
  local id ids
  ids=$(cloudformation list-change-sets --stack-name "$1" --output text --query \
    "Summaries[?Status=='FAILED' && starts_with(ChangeSetName, 'awscli-cloudformation-package-deploy-')].ChangeSetId" 2>&1) || return 0
  for id in $ids; do
    [[ $id != arn:* ]] || cloudformation delete-change-set --change-set-name "$id" >/dev/null 2>&1 || true
  done
}

show_change_set() { # show_change_set ARN: a line a change
  local text action id type replaced count=0
  text=$(cloudformation describe-change-set --change-set-name "$1" --output text --query \
    'Changes[].ResourceChange.[Action, LogicalResourceId, ResourceType, Replacement]' 2>&1) || refused "$text"
  while IFS=$'\t' read -r action id type replaced; do
    [[ $type == *::* ]] || continue
    count=$((count + 1))
    case $replaced in
      True) replaced='  is replaced' ;;
      Conditional) replaced='  may be replaced' ;;
      *) replaced='' ;;
    esac
    printf '  %-6s  %-44s  %s%s\n' "$action" "$id" "$type" "$replaced"
  done <<<"$text"
  ((count)) || say "  (no resource: outputs or tags)"
}

show_failures() { # show_failures STACK: what failed in its last operation, the first cause first
  local text status id type reason lines=''
  text=$(cloudformation describe-stack-events --stack-name "$1" --max-items 500 --output text --query \
    'StackEvents[].[ResourceStatus, LogicalResourceId, ResourceType, ResourceStatusReason]' 2>&1) || return 0
  while IFS=$'\t' read -r status id type reason; do
    if [[ $status == *_FAILED && $reason != *cancelled* ]]; then
      lines="  $id ($type): $reason"$'\n'$lines
    fi
    [[ $id != "$1" || ! $status =~ ^(CREATE|UPDATE|DELETE)_IN_PROGRESS$ ]] || break
  done <<<"$text"
  printf '%s' "${lines:-  (no event says why)
}" >&2
}

# --- deploy.sh ---

check_here() { # what can be checked without a call
  local i p g used
  for ((p = 0; p < parameter_count; p++)); do
    [[ $dry_run || ${p_kind[p]} != variable ]] || note_variable "$p"
  done
  for ((i = 0; i < stack_count; i++)); do
    if [[ ${large[i]} && -z $bucket ]]; then
      problem "the template ${keys[i]}.json is over 51,200 bytes: give a bucket in $region to upload it to: --s3-bucket NAME"
    fi
    [[ -r $here/../${keys[i]}.json && -r $here/${keys[i]}.parameters.json ]] ||
      problem "${keys[i]}.json or ${keys[i]}.parameters.json is missing: run this where it was generated"
  done
  for ((g = 0; g < given_count; g++)); do
    used=''
    for ((p = 0; p < parameter_count; p++)); do
      [[ ${p_name[p]} != "${given_name[g]}" ]] || used=${p_kind[p]}
    done
    case $used in
      required | optional) ;;
      '') problem "--parameter ${given_name[g]}: no stack leaves such a parameter open; --help lists those that are" ;;
      *) problem "--parameter ${given_name[g]}: is filled in by this script itself" ;;
    esac
  done
}

note_required() { # with other things missing, also name what a first deploy would miss next
  local p
  ((problem_count)) && [[ -z $dry_run ]] || return 0
  for ((p = 0; p < parameter_count; p++)); do
    if [[ ${p_kind[p]} == required ]] && ! given "${p_name[p]}"; then
      problem "--parameter ${p_name[p]}=... is not given: needed unless ${names[p_stack[p]]} has it from before"
    fi
  done
}

note_variable() { # note_variable P: a problem if the variable is not set, told once
  local name=${p_from[$1]} n
  [[ -z ${!name-} ]] || return 0
  for ((n = 0; n < problem_count; n++)); do
    [[ ${problems[n]} != "the environment variable $name "* ]] || return 0
  done
  problem "the environment variable $name is not set, for the parameter ${p_name[$1]} of ${names[p_stack[$1]]}"
}

check_account() { # who calls, and whether the bucket is there
  local text i
  text=$(aws sts get-caller-identity --query Account --output text --region "$region" 2>&1) || refused "$text"
  [[ $dry_run ]] || complain "$service-$environment in $region, account ${text##*$'\n'}"
  for ((i = 0; i < stack_count; i++)); do
    [[ ${large[i]} && -z $delete ]] || continue
    text=$(aws s3api head-bucket --bucket "$bucket" --region "$region" 2>&1) ||
      [[ $text != *404* && $text != *"Not Found"* ]] ||
      problem "there is no bucket $bucket, which --s3-bucket names"
    break
  done
}

check_there() { # what must be right before the first stack is touched
  local i p code
  for ((i = 0; i < stack_count; i++)); do
    ! stuck "${names[i]}" || problem "$REPLY"
  done
  for ((p = 0; p < parameter_count; p++)); do
    ! is_ours "${p_from[p]}" || continue
    code=0
    value "$p" || code=$?
    ((code != 2)) || problem "${names[p_stack[p]]}: $REPLY"
  done
}

deploy_all() {
  local i
  check_there
  stop_on_problems 1
  for ((i = 0; i < stack_count; i++)); do
    deploy_stack "$i"
  done
  for ((i = 0; i < stack_count; i++)); do
    ! known "${names[i]}" 'output ApiUrl' || say "ApiUrl: $REPLY"
  done
}

deploy_stack() { # deploy_stack I
  local name=${names[$1]} before text done=updated
  if lacks "$1"; then refused "$name: $REPLY"; fi
  exists "$name" || done=created
  printf '%s: ' "$name"
  make_change_set "$1" || refused "$REPLY"
  if [[ -z $REPLY ]]; then
    done=unchanged
  else
    text=$(cloudformation execute-change-set --change-set-name "$REPLY" 2>&1) || refused "$text"
    look_until_settled "$name" yes
  fi
  known "$name" status
  case $done$REPLY in
    unchanged* | *CREATE_COMPLETE | *UPDATE_COMPLETE) say "$done" ;;
    *) failed "$name" "$REPLY" ;;
  esac
  tell_kept "$1"
  protect_stack "$name"
}

failed() { # failed STACK STATUS
  say "failed"
  complain "$1 is $2:"
  show_failures "$1"
  if stuck "$1"; then
    complain "Set right what failed. $REPLY"
    complain "Then run this again; stacks that are done stay as they are."
  else
    complain "The stack is as it was before. Set right what failed, then run this again; stacks that are done stay as they are."
  fi
  exit 1
}

protect_stack() { # protect_stack STACK: from being deleted, where the environment says so
  local text
  [[ $protect == yes ]] || return 0
  known "$1" protected || true
  [[ $REPLY != true ]] || return 0
  text=$(cloudformation update-termination-protection --stack-name "$1" --enable-termination-protection 2>&1) || refused "$text"
}

# --- deploy.sh --dry-run ---

compare_all() {
  local i code=0
  say "What deploying $service-$environment in $region would change:"
  for ((i = 0; i < stack_count; i++)); do
    compare_stack "$i" || code=1
  done
  say "Nothing was changed. Each stack was compared with the others' outputs as they are now."
  return "$code"
}

compare_stack() { # compare_stack I: 1 if a deploy would fail here
  local name=${names[$1]} before arn
  known "$name" status
  before=$REPLY
  if stuck "$name"; then
    say "$name: cannot be deployed. $REPLY"
    return 1
  elif lacks "$1"; then
    say "$name: not compared, because $REPLY"
    return 0
  elif ! make_change_set "$1"; then
    say "$name: is refused"
    say "$REPLY"
    advise "$REPLY"
    say "$REPLY"
    remove_shell "$name" "$before"
    return 1
  elif [[ -z $REPLY ]]; then
    say "$name: no change"
    tell_kept "$1"
    return 0
  fi
  arn=$REPLY
  if exists "$name"; then say "$name:"; else say "$name: would be created"; fi
  show_change_set "$arn"
  tell_kept "$1"
  cloudformation delete-change-set --change-set-name "$arn" >/dev/null 2>&1 ||
    say "  (the change set stays, as it may not be deleted: $arn)"
  remove_shell "$name" "$before"
}

# A first change set makes its stack, without resources. It is removed again if it was not there
# before; whoever may not delete stacks leaves it, and the first deploy takes it.
remove_shell() { # remove_shell STACK STATUS
  [[ $2 == NONE ]] || return 0
  look "$1"
  known "$1" status
  [[ $REPLY == REVIEW_IN_PROGRESS ]] || return 0
  cloudformation delete-stack --stack-name "$1" >/dev/null 2>&1 || true
}

# --- deploy.sh --delete ---

delete_all() {
  local i
  for ((i = 0; i < stack_count; i++)); do
    known "${names[i]}" protected || true
    [[ $REPLY != true ]] || problem "${names[i]} is protected. If it may go: $(by_hand 'update-termination-protection --no-enable-termination-protection' "${names[i]}")"
  done
  stop_on_problems 1
  for ((i = stack_count - 1; i >= 0; i--)); do
    delete_stack "${names[i]}"
  done
}

delete_stack() { # delete_stack STACK
  local text
  known "$1" status
  [[ $REPLY != NONE ]] || {
    say "$1: does not exist"
    return 0
  }
  printf '%s: ' "$1"
  text=$(cloudformation delete-stack --stack-name "$1" 2>&1) || refused "$text"
  look_until_settled "$1"
  known "$1" status
  if [[ $REPLY != NONE ]]; then
    say "failed"
    complain "$1 is $REPLY:"
    show_failures "$1"
    complain "Set right what keeps it, then run this again."
    exit 1
  fi
  say "deleted"
}

# --- The command line. ---

interrupted() { # interrupted CODE
  complain ""
  complain "Interrupted. CloudFormation goes on with what it has begun; run this again to do the rest."
  exit "$1"
}

argument() { # argument OPTION [VALUE]
  [[ -n ${2-} ]] || wrong_usage "$1 needs a value"
}

main() {
  here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  bucket='' dry_run='' delete=''
  plan
  while (($#)); do
    case $1 in
      --dry-run) dry_run=yes ;;
      --s3-bucket)
        argument "$@"
        bucket=$2
        shift
        ;;
      --parameter)
        argument "$@"
        [[ $2 == [A-Za-z]*=* ]] || wrong_usage "--parameter takes NAME=VALUE, not '$2'"
        given_name[given_count]=${2%%=*} given_value[given_count]=${2#*=}
        given_count=$((given_count + 1))
        shift
        ;;
      --delete)
        delete=yes
        [[ ${2-} == "$environment" ]] || wrong_usage "to delete the stacks of $environment, write: --delete $environment"
        shift
        ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_usage "there is no option '$1'" ;;
    esac
    shift
  done
  if [[ $delete ]] && [[ $dry_run || $bucket || $given_count != 0 ]]; then
    wrong_usage "--delete takes no other option"
  fi
  command -v aws >/dev/null || {
    complain "deploy.sh: the program aws is not on the PATH. Install the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
    exit 2
  }
  if [[ -z $delete ]]; then
    check_here
    note_required
  fi
  stop_on_problems 2
  export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off # no program in between asks or waits
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
  check_account
  look_at_all
  if [[ $delete ]]; then
    delete_all
  else
    look_at_others
    if [[ $dry_run ]]; then
      stop_on_problems 1
      compare_all
    else
      deploy_all
    fi
  fi
}

main "$@"
