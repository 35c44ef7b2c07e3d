"""Run the command line: `python -m app`, the same as `support-desk`."""

from app.cli import cli

if __name__ == "__main__":
    cli()
