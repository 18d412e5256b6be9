"""Notations of other tools that the reader recognizes, and what to write instead."""

from __future__ import annotations

LONGEST_NUMBER = 20
"""Characters from which the reader takes digits for text: no setting has such a number."""

FUNCTIONS = (
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::GetAtt",
    "Fn::GetAZs",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Ref",
)
"""The functions that a resource of these templates can use."""

FOREIGN_FORMS = {
    "Fn::GetAtt": "{stack_output: stack/Key}",
    "Fn::GetAZs": "the values themselves",
    "Fn::If": "the value in the file of each environment",
    "Fn::ImportValue": "{import: name}",
    "Fn::Join": "the text as a whole, or {parameter: Name}",
    "Fn::Sub": "the text as a whole, or {parameter: Name}",
    "Ref": "{parameter: Name}",
}
"""CloudFormation's functions, and what to write in place of each."""

FOREIGN_TAGS = {
    **{f"!{name.removeprefix('Fn::')}": instead for name, instead in FOREIGN_FORMS.items()},
    "!environment_variable": "{environment_variable: NAME}",
    "!secret": "{secret: name}",
    "!ssm": "{ssm: /name}",
    "!stack_output": "{stack_output: stack/Key}",
    "!stack_output_external": "{stack_output: stack/Key}",
}
"""Tags of CloudFormation and of Sceptre's resolvers, and what to write in place of each."""
