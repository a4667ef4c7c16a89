"""A forecast held against what happened: fitted on the first part of a log, compared with the rest of it."""
