"""``python -m pybytomd`` is ``pybytomd``."""

from pybytomd.cli.bytomd import main

if __name__ == "__main__":
    main()
