"""What an epoch takes on a board: time, instructions and heap."""
