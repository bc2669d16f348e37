"""`python -m archcalc`."""

from archcalc.cli import entry

if __name__ == "__main__":
    entry()
