"""Letters to visitors and hosts, and the ways in which they leave."""
