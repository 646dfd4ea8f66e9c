"""The door: ``lawbot`` and ``python -m lawbot``."""

from lawbot.cli import main

if __name__ == "__main__":
    main()
