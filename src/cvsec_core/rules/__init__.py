"""What spans aggregates: preconditions of commands, and what follows from events."""
