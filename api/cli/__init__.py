"""The command line: `parkledger`. One module per family of commands; help that teaches."""

from api.cli.main import main

__all__ = ["main"]
