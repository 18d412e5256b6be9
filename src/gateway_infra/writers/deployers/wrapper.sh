# From here on the script is the same for every environment. It runs in bash 3.2 and later. The AWS
# CLI reads outputs and the state of stacks, and deletes them.

usage() {
  cat <<USAGE
Usage: deploy.sh [--parameter NAME=VALUE]... [-- OPTION...]
       deploy.sh --delete $environment

Deploys the stacks of $service-$environment in $region, in order, each where it differs.

  --parameter NAME=VALUE  fill in a parameter that the environment file leaves open; once given, a
                          stack keeps it
  -- OPTION...            options for $program
  --delete $environment
                          delete all stacks, the last first
USAGE
  mode=usage
  plan
}

say() { printf '%s\n' "$*"; }

stop() { # stop TEXT: say what is wrong, and end
  printf 'deploy.sh: %s\n' "$*" >&2
  exit 1
}

# --- The plan, run once to check and once to deploy. ---

stack() { # stack KEY NAME: what follows is about this one
  key=$1 name=$2
  names[${#names[@]}]=$2
  [[ $mode != deploy ]] || begin
}

output() { # output PARAMETER STACK KEY
  [[ $mode == deploy ]] || return 0
  output_of "$2" "$3"
  pass "$1" "$REPLY"
}

variable() { # variable PARAMETER NAME
  case $mode in
    usage) say "Needs the environment variable $2 ($name)" ;;
    check) [[ -n ${!2-} ]] || stop "the environment variable $2 is not set, for the parameter $1 of $name" ;;
    deploy) pass_secret "$1" "${!2}" ;;
  esac
}

required() { # required PARAMETER
  case $mode in
    usage) say "Needs --parameter $1=... once ($name)" ;;
    check)
      ! given "$1" || return 0
      status_of "$name"
      [[ $REPLY != NONE && $REPLY != REVIEW_IN_PROGRESS ]] ||
        stop "the parameter $1 of $name has no value: give --parameter $1=..."
      ;;
    deploy) ! given "$1" || pass "$1" "$REPLY" ;;
  esac
}

optional() { # optional PARAMETER
  case $mode in
    usage) say "Takes --parameter $1=... ($name)" ;;
    check) given "$1" || true ;;
    deploy) ! given "$1" || pass "$1" "$REPLY" ;;
  esac
}

deploy() { # what the plan says of each stack last
  [[ $mode == deploy ]] || return 0
  settle "$name"
  say "== $name"
  run
}

given() { # given PARAMETER: put what the command line gives it last in $REPLY
  local g found=1
  for ((g = 0; g < ${#given_name[@]}; g++)); do
    [[ ${given_name[g]} == "$1" ]] || continue
    REPLY=${given_value[g]}
    used[g]=yes
    found=0
  done
  return "$found"
}

# --- What AWS says. ---

cloudformation() { aws cloudformation "$@" --region "$region"; }

status_of() { # status_of STACK: put it in $REPLY, NONE if there is no such stack
  local text
  if text=$(cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text 2>&1); then
    REPLY=$text
  elif [[ $text == *"$1 does not exist"* ]]; then
    REPLY=NONE
  else
    stop "$text"
  fi
}

output_of() { # output_of STACK KEY: put it in $REPLY
  local text
  text=$(cloudformation describe-stacks --stack-name "$1" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" 2>&1) ||
    stop "$name wants the output $2 of the stack $1: $text"
  [[ $text != None ]] || stop "$name wants the output $2 of the stack $1, which has none of that name"
  REPLY=$text
}

settle() { # settle STACK: wait for what an earlier run has begun, and see that it can be updated
  local told=''
  while
    status_of "$1"
    [[ $REPLY == *_IN_PROGRESS && $REPLY != REVIEW_IN_PROGRESS ]]
  do
    [[ $told ]] || say "$1 is $REPLY: waiting until that is done"
    told=yes
    sleep 2
  done
  case $REPLY in
    ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED | DELETE_FAILED)
      stop "$1 is $REPLY and can only be deleted: aws cloudformation delete-stack --stack-name $1 --region $region; then run this again"
      ;;
    UPDATE_ROLLBACK_FAILED)
      stop "$1 is $REPLY: aws cloudformation continue-update-rollback --stack-name $1 --region $region; then run this again"
      ;;
  esac
}

delete_all() { # or nothing, while one of them is protected
  local n text
  for ((n = 0; n < ${#names[@]}; n++)); do
    status_of "${names[n]}"
    [[ $REPLY != NONE ]] || continue
    text=$(cloudformation describe-stacks --stack-name "${names[n]}" --query 'Stacks[0].EnableTerminationProtection' --output text 2>&1) || stop "$text"
    [[ $text != True ]] ||
      stop "${names[n]} is protected. If it may go: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${names[n]} --region $region"
  done
  for ((n = ${#names[@]} - 1; n >= 0; n--)); do
    status_of "${names[n]}"
    [[ $REPLY != NONE ]] || continue
    say "== ${names[n]}: deleting"
    cloudformation delete-stack --stack-name "${names[n]}" ||
      stop "${names[n]} stays, and so do the stacks before it"
    while
      status_of "${names[n]}"
      [[ $REPLY == *_IN_PROGRESS ]]
    do
      sleep 2
    done
    [[ $REPLY == NONE ]] || stop "${names[n]} is $REPLY: its events say why"
  done
}

# --- The command line. ---

main() {
  local delete='' g
  names=() given_name=() given_value=() used=() options=()
  while (($#)); do
    case $1 in
      --parameter)
        [[ ${2-} == [A-Za-z]*=* ]] || stop "--parameter takes NAME=VALUE"
        given_name[${#given_name[@]}]=${2%%=*}
        given_value[${#given_value[@]}]=${2#*=}
        shift
        ;;
      --delete)
        [[ ${2-} == "$environment" ]] || stop "to delete the stacks of $environment, write: --delete $environment"
        delete=yes
        shift
        ;;
      --)
        shift
        options=("$@")
        break
        ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) stop "there is no option '$1'; --help lists those that are" ;;
    esac
    shift
  done
  command -v aws >/dev/null || stop "the program aws is not on the PATH: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  export AWS_PAGER='' # no program in between waits
  CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
  if [[ $delete ]]; then
    mode=delete
    plan
    delete_all
    return
  fi
  mode=check
  plan
  for ((g = 0; g < ${#given_name[@]}; g++)); do
    [[ ${used[g]-} ]] || stop "--parameter ${given_name[g]}: no stack leaves such a parameter open; --help lists those that are"
  done
  work=$(mktemp -d "${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}/deploy.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  prepare
  mode=deploy
  plan
}

main "$@"
