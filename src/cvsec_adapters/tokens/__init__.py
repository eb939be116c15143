"""What people carry and type to prove who they are: signed codes, their pictures, passwords."""
