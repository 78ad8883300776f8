"""Many runs: plans, starts, executors, a journal that survives a power cut, results."""
