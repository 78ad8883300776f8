"""The lean form of what a board holds, and the proof that it is the same program."""
