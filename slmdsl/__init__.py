"""Service level agreements as programs: judged on what happened, tested on what would happen."""

__version__ = "0.1.0"
