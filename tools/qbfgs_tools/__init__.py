"""The qbfgs command and what runs the core elsewhere: interpreters, instruments, boards."""
