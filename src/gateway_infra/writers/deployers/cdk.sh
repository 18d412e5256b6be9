program='cdk deploy'

prepare() { # synthesize once, and deploy from that; CDK_APP names another app than the one here
  local here=$PWD
  cdk=(cdk)
  command -v cdk >/dev/null || cdk=(npx --no-install cdk)
  "${cdk[@]}" synth --quiet --app "${CDK_APP:-npx --no-install tsx typescript/app.ts}" --output "$work/cdk.out"
  [[ ! -e secrets.cjs ]] || export NODE_OPTIONS="--require \"$here/secrets.cjs\" ${NODE_OPTIONS-}"
}

begin() { arguments=(); }
pass() { arguments+=(--parameters "$name:$1=$2"); }
pass_secret() { :; } # secrets.cjs does, so that they stand on no command line

run() {
  "${cdk[@]}" deploy "$construct/$key" --exclusively --app "$work/cdk.out" --require-approval never \
    ${arguments[@]+"${arguments[@]}"} ${options[@]+"${options[@]}"}
}

