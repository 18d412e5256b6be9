PROGRAM='cdk deploy'

prepare() { # synthesize once, and deploy from that
  cdk=(cdk)
  command -v cdk >/dev/null || cdk=(npx --no-install cdk)
  "${cdk[@]}" synth --quiet --app "${APP:-npx --no-install tsx typescript/app.ts}" --output "$work/cdk.out"
}

begin() { arguments=(); }
pass() { arguments+=(--parameters "$name:$1=$2"); }
pass_secret() { :; } # secrets.cjs does

run() {
  "${cdk[@]}" deploy "$ID/$key" --exclusively --app "$work/cdk.out" --require-approval never \
    ${arguments[@]+"${arguments[@]}"} ${options[@]+"${options[@]}"}
}

