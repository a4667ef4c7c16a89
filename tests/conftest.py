"""What every test relies on: how many cases hypothesis tries, what is no test, and what needs compiled kernels."""

import os

from hypothesis import HealthCheck, settings

# Benchmarks are scripts; `make bench` runs them.
collect_ignore_glob = ["bench/*"]

# `make test` runs kernels as plain Python first, to see that tests reach every branch of them in the calendars, the
# rules and the evaluator. What calls none of these shows nothing then that it would not show compiled, afterwards.
WITHOUT_KERNELS = [
    *(f"unit/test_{room}_*.py" for room in ("cli", "contract", "document", "ingest", "study", "syntax")),
    *(f"property/test_{room}_*.py" for room in ("format", "ingest", "syntax")),
    "property/test_acts_are_told.py",
    "property/test_agreement_rules.py",
    "property/test_desk_laws.py",
    "property/test_document_texts.py",
    "unit/test_arrival_statistics.py",
    "unit/test_backtest*.py",
    "unit/test_agreement_document.py",
    "unit/test_before_after.py",
    "unit/test_bootstrap.py",
    "unit/test_changes.py",
    "unit/test_control.py",
    "unit/test_costs.py",
    "unit/test_distributions.py",
    "unit/test_draws_means.py",
    "unit/test_enrichment.py",
    "unit/test_families.py",
    "unit/test_events_known.py",
    "unit/test_events_regrouped.py",
    "unit/test_fit_alike.py",
    "unit/test_fit_model.py",
    "unit/test_format.py",
    "unit/test_journal.py",
    "unit/test_kept_kernels.py",
    "unit/test_looks.py",
    "unit/test_own_templates.py",
    "unit/test_packed.py",
    "unit/test_paired.py",
    "unit/test_project_root.py",
    "unit/test_queues.py",
    "unit/test_render*.py",
    "unit/test_report_words.py",
    "unit/test_satisfaction.py",
    "unit/test_shipped.py",
    "unit/test_slips.py",
    "unit/test_two_shares.py",
    "unit/test_warm_up.py",
]
if os.environ.get("NUMBA_DISABLE_JIT") == "1":
    collect_ignore_glob += WITHOUT_KERNELS  # but for a file that is named

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
