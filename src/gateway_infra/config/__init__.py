"""Environment files: reading, merging, validating. Nothing here knows CloudFormation templates."""
