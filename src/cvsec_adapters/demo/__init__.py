"""A day at a small campus, played through the same code as a real one."""
