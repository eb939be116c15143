"""Devices compatible with the ZKTeco Security PUSH protocol, which dial in over HTTP."""
