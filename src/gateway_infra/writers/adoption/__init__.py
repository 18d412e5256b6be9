"""What CloudFormation needs to adopt existing resources."""
