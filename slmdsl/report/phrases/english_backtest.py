"""The templates in English of back-tests: what was predicted, and what happened."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "test.title": "How well the model predicts",
    "test.fitted": "Fitted on {first} to {last} ({tickets}), as the log stood then.",
    "test.predicted": "Predicted: {first} to {last}, simulated {n} times.",
    "test.summary": "Summary",
    "test.ticket.one": "{n} ticket",
    "test.ticket.many": "{n} tickets",
    "test.weekly": "The weekly levels of targets in percent are off by {error} points on average, in {rows} weeks of "
    "{targets} targets.",
    "test.periods": "Over the targets' own periods it is {error} points, in {rows} figures.",
    "test.covered": "{covered} of what happened by the week lies in the predicted ranges, which should hold {wanted}.",
    "test.naive": "Expecting that all goes on as in the weeks before would have been off by {error} points.",
    "test.better": "The model is better than that by {points} points.",
    "test.worse": "The model is worse than that by {points} points.",
    "test.trust": "Its ranges hold what they say, so its chances may be believed as far as this log goes.",
    "test.distrust": "Its ranges are too narrow for what happened: its chances are surer than they should be.",
    "test.drift": "Within what was fitted on, levels moved by {points} points from its first half to its second. "
    "The model carries on what it was fitted on: it cannot know whether that goes on, or back.",
    "test.no_shares": "No target in percent has a whole week or period in these days.",
    "test.carried": "It starts with the {tickets} that were open on {first}.",
    "test.left_out": "The model has no place for {tickets} more.",
    "test.parameters": "{n} fitted parameters are drawn anew in each replication, so that ranges include how uncertain "
    "they are.",
    "test.certain": "Fitted parameters are taken as certain: ranges are of luck alone.",
    "test.not_modelled": "Not modelled, and so not compared: {targets}.",
    "test.own": "Targets by their periods",
    "test.weeks": "Targets by the week",
    "test.desk": "The desk by the week",
    "test.own.caption": "What was predicted of each target and period, and what happened",
    "test.by_target.caption": "How good the predictions of each target are by the week",
    "test.weeks.caption": "What was predicted of each target and week, and what happened",
    "test.desk.caption": "What was predicted of the desk, and what happened",
    "test.picture": "Predicted range and truth by the week",
    "test.picture.alt": "For each of {panels}: a bar for the predicted range and a diamond for what happened. "
    "{covered} of {rows} diamonds lie on their bars.",
    "test.figure.one": "{n} figure",
    "test.figure.many": "{n} figures",
    "test.note": "Predicted is the median of the replications, the range their 5 % to 95 % quantiles. Before is the "
    "last such period, or the last four weeks, as known on the first day.",
    "test.head.target": "target",
    "test.head.figure": "figure",
    "test.head.period": "period",
    "test.head.n": "judged",
    "test.head.real": "happened",
    "test.head.predicted": "predicted",
    "test.head.range": "range",
    "test.head.error": "error",
    "test.head.covered": "in range",
    "test.head.before": "before",
    "test.head.naive": "error of before",
    "test.head.weeks": "weeks",
    "test.yes": "yes",
    "test.no": "no",
    "test.points": "{n} points",
    "test.range": "{low} to {high}",
    "test.arrivals": "tickets that came",
    "test.backlog": "open at the end",
    "test.median_resolution": "median time to resolve",
    "test.real": "what happened",
    "test.range_of": "predicted, 90 % range",
}
