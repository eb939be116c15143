"""Drivers: what devices say becomes commands, and what they shall do becomes their words."""
