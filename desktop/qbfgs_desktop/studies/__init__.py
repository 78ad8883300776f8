"""What is measured and compared: tables of runs, advice, learning."""
