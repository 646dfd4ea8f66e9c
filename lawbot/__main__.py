"""The door: ``lawbot`` and ``python -m lawbot``."""


def main() -> None:
    """Run the command line."""
    from lawbot.cli import main as run  # noqa: PLC0415 - completed below


if __name__ == "__main__":
    main()
