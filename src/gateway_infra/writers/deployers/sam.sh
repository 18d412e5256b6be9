program='sam deploy'

prepare() {
  command -v sam >/dev/null || stop "the program sam is not on the PATH: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html"
}

begin() { lines=''; }

# pass PARAMETER VALUE: values go to SAM in a copy of samconfig.toml that only this user can read,
# for as long as SAM runs. A command line can be read by every process of the machine.
pass() {
  toml_text "$2"
  lines+="$1 = \"$REPLY\""$'\n'
}
pass_secret() { pass "$@"; }

# toml_text VALUE: put it in $REPLY, for a TOML string and for SAM, which takes quotes off a value and
# the backslash before a quote or a space (_unquote_wrapped_quotes of samcli/cli/types.py).
toml_text() {
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
  REPLY="\\\"$REPLY\\\""
}

run() {
  local config=$key line
  [[ $key != "$default_stack" ]] || config=default
  (
    umask 077
    while IFS= read -r line; do
      printf '%s\n' "$line"
      [[ $line != "[$config.deploy.parameters.parameter_overrides]" ]] || printf '%s' "$lines"
    done <samconfig.toml >"$work/samconfig.toml"
  )
  sam deploy --config-file "$work/samconfig.toml" --config-env "$config" ${options[@]+"${options[@]}"}
  rm "$work/samconfig.toml"
  [[ $protect == no ]] || protect
}

protect() { # SAM has no option for it
  local text
  text=$(cloudformation update-termination-protection --enable-termination-protection --stack-name "$name" 2>&1) || stop "$text"
}

