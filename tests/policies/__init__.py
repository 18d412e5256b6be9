"""What the policies of a template allow: values filled in, then judged as IAM would."""
