"""How people and devices reach a site: the command line and HTTP."""
