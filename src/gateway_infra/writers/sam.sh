PROGRAM='sam deploy'

prepare() {
  command -v sam >/dev/null || stop "the program sam is not on the PATH: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html"
}

begin() { overrides=''; }

value() { # value PARAMETER VALUE: known since it was generated
  [[ $mode != deploy ]] || pass "$@"
}

# pass PARAMETER VALUE: values go to SAM in a file that only this user can read, for as long as the
# script runs, as a command line can be read by every process of the machine.
pass() {
  json_text "$2"
  overrides+="${overrides:+,}\"$1\":\"\\\"$REPLY\\\"\""
}
pass_secret() { pass "$@"; }

# json_text VALUE: put it in $REPLY, for a JSON string and for SAM, which takes the quotes off each
# value and the backslash before a quote or a space (_unquote_wrapped_quotes of samcli/cli/types.py).
json_text() {
  local LC_ALL=C text=$1 n c next # byte by byte: those of UTF-8 go through as they are
  REPLY=''
  for ((n = 0; n < ${#text}; n++)); do
    c=${text:n:1} next=${text:n+1:1}
    case $c in
      \") c='\"' ;;
      \\) if [[ $next == [\ \"\'] ]]; then c=\\\\\\\\; else c=\\\\; fi ;;
      [[:cntrl:]]) printf -v c '\\u%04x' "'$c" ;;
    esac
    REPLY+=$c
  done
}

run() {
  local config=$key arguments
  [[ $key != "$DEFAULT" ]] || config=default
  arguments=(--config-file samconfig.toml --config-env "$config")
  if [[ $overrides ]]; then
    (umask 077 && printf '{%s}\n' "$overrides" >"$work/$key.yaml")
    arguments+=(--parameter-overrides "file://$work/$key.yaml")
  fi
  sam deploy "${arguments[@]}" ${options[@]+"${options[@]}"}
  [[ $PROTECT == no ]] || protect
}

protect() { # SAM has no option for it
  local text
  text=$(cloudformation update-termination-protection --enable-termination-protection --stack-name "$name" 2>&1) || stop "$text"
}

