"""What people see: tables and boards on a terminal of 80 columns or more."""
