"""The server that devices dial in to, over HTTP."""
