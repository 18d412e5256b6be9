"""The files for each program that deploys."""
