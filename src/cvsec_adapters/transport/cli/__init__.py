"""The command line: `cvsec`. One file a group of commands; each is loaded when it is asked for."""

from cvsec_adapters.transport.cli.root import cli, main

__all__ = ["cli", "main"]
