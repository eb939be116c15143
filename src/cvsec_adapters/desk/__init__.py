"""What people at a desk ask for in one step: enroll, invite, let in, see out, forget.

Each function takes words as people write them, checks them, and handles the commands that follow.
"""

from cvsec_adapters.desk.desk import Desk

__all__ = ["Desk"]
