"""`python -m slmdsl` is `slm`."""

from slmdsl.cli.app import main

if __name__ == "__main__":
    main()
