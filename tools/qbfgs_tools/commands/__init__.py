"""What users call; a module a command, with `register(commands)` and `run(arguments)`."""
