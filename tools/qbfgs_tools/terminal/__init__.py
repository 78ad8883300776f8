"""What a person types and sees: arguments, tables, live progress."""
