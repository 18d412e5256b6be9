// Includes templates in CDK stacks and asks two releases of cdk-nag what they find, with the exceptions
// that stand in the templates. Reads a list of files as JSON on stdin; writes, by file, pairs of rule and
// logical id.
const { App, CfnResource, Stack, Validations } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const two = require('cdk-nag');
const three = require('cdk-nag-3');

function included(file) {
  const stack = new Stack(new App(), 'Stack');
  const template = new CfnInclude(stack, 'Template', { templateFile: file });
  return { stack, template };
}

function ofRelease2(file) {
  const { stack } = included(file);
  const found = [];
  const suppressed = [];
  const logger = {
    onCompliance() {},
    onNotApplicable() {},
    onNonCompliance: (data) => found.push([data.ruleId, data.resource.node.id]),
    onSuppressed: (data) => suppressed.push([data.ruleId, data.resource.node.id]),
    onError: (data) => found.push(['CdkNagValidationFailure', data.resource.node.id]),
    onSuppressedError: (data) => suppressed.push(['CdkNagValidationFailure', data.resource.node.id]),
  };
  for (const Pack of [two.AwsSolutionsChecks, two.NIST80053R5Checks]) {
    const pack = new Pack({ additionalLoggers: [logger] });
    for (const node of stack.node.findAll()) pack.visit(node);
  }
  return { found, suppressed };
}

// As docs/exceptions.md has it.
function ofRelease3(file) {
  const { stack, template } = included(file);
  for (const [id, body] of Object.entries(require(file).Resources)) {
    for (const rule of body.Metadata?.cdk_nag?.rules_to_suppress ?? []) {
      Validations.of(template.getResource(id)).acknowledge({ id: rule.id, reason: rule.reason });
    }
  }
  const found = [];
  for (const Pack of [three.AwsSolutionsChecks, three.NIST80053R5Checks]) {
    for (const violation of new Pack().validateScope(stack).violations) {
      for (const resource of violation.violatingResources) {
        found.push([violation.ruleName, resource.constructPath.split('/').pop()]);
      }
    }
  }
  return found;
}

process.stderr.write = () => true; // cdk-nag 2 annotates each node as well
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answer = {};
for (const file of asked) {
  answer[file] = { ...ofRelease2(file), three: ofRelease3(file) };
}
process.stdout.write(JSON.stringify(answer));
