# From here on the script is the same for every environment. It runs in bash 3.2 and later, with the
# AWS CLI 1 or 2, and needs nothing else.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<USAGE
Usage: deploy.sh --template-bucket NAME [OPTION]...

Uploads the templates to a bucket in $REGION, then deploys stack-set.json, which makes or updates the
stack sets, with the options of aws-cli/deploy.sh:

USAGE
  "$HERE/aws-cli/deploy.sh" --help
}

wrong_usage() {
  printf 'deploy.sh: %s\n' "$1" >&2
  usage >&2
  exit 2
}

bucket='' upload=yes
options=()
while (($#)); do
  case $1 in
    --template-bucket)
      [[ -n ${2-} ]] || wrong_usage "$1 needs a value"
      bucket=$2
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    --delete | --dry-run)
      options+=("$1")
      upload=''
      ;;
    *) options+=("$1") ;;
  esac
  shift
done

if [[ $bucket ]]; then
  options+=(--parameter "TemplateBucket=$bucket")
elif [[ $upload ]]; then
  wrong_usage "--template-bucket is missing: give a bucket in $REGION for the templates"
fi
if [[ $upload ]]; then
  for ((n = 0; n < ${#TEMPLATES[@]}; n += 2)); do
    # The key changes with the content, so what is there already is the same.
    aws s3 cp --only-show-errors --region "$REGION" "$HERE/../${TEMPLATES[n]}" "s3://$bucket/${TEMPLATES[n + 1]}" || {
      echo "deploy.sh: nothing was deployed, because ${TEMPLATES[n]} could not be uploaded" >&2
      exit 1
    }
  done
fi
exec "$HERE/aws-cli/deploy.sh" ${options[@]+"${options[@]}"}
