"""qbfgs on a board: runs a job, reports it over serial, survives resets.

`qbfgs_board.runner.run("job.txt")` does it all. The only place that imports `machine`, `gc` and
`time`; where one of them is absent, what it gives is reported as unknown or left out.
"""
