"""End-to-end tests: what the project writes is deployed to an emulator and called."""
