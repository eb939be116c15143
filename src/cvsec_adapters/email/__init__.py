"""Letters to visitors, hosts and guardians, and the ways in which they leave."""
