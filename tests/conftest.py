"""What every test relies on: how many cases hypothesis tries, and what is no test."""

import os

from hypothesis import HealthCheck, settings

# Benchmarks are scripts; `make bench` runs them.
collect_ignore_glob = ["bench/*"]

# `ci` tries the same cases in every run, so that a red run means a change; `thorough` looks for new ones.
# Neither has a deadline: the first call of a compiled kernel compiles it.
settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
