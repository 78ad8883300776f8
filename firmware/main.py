"""What a board runs after reset: the job in job.txt, reported over serial."""

from qbfgs_board.runner import run

run("job.txt")
