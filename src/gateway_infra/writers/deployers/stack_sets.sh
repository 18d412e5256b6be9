# From here on the script is the same for every environment. It runs in bash 3.2 and later, with the
# AWS CLI 1 or 2, and needs nothing else.

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<USAGE
Usage: deploy.sh --template-bucket NAME [OPTION]...

Uploads the templates to a bucket in $region, then deploys stack-set.json, which makes or updates the
stack sets, with the options of aws-cli/deploy.sh:

USAGE
  "$here/aws-cli/deploy.sh" --help
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
  wrong_usage "--template-bucket is missing: give a bucket in $region for the templates"
fi
if [[ $upload ]]; then
  for ((n = 0; n < ${#templates[@]}; n += 2)); do
    # The key changes with the content, so what is there already is the same.
    aws s3 cp --only-show-errors --region "$region" "$here/../${templates[n]}" "s3://$bucket/${templates[n + 1]}" || {
      echo "deploy.sh: nothing was deployed, because ${templates[n]} could not be uploaded" >&2
      exit 1
    }
  done
fi
exec "$here/aws-cli/deploy.sh" ${options[@]+"${options[@]}"}
