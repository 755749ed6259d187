"""The writer's desk: commands for those who write stories. Each module is one command with a `main`."""
