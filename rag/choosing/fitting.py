"""Fits what `rag.choosing.chances` reads: on some texts for the weights that come with Byline
(benchmarks/quality/right.py), on anyone's facts for `byline calibrate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STRENGTH = 0.1
"""Inverse strength of regularisation (C)."""
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Known = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic regression over features."""

    weights: dict[str, float]
    constant: float

    @classmethod
    def of(cls, rows: Sequence[Known], names: Sequence[str], truth: Sequence[bool]) -> Curve:
        """Fitted on features and whether each is so (scikit-learn's, over standardised features)."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        values = values_of(rows, names)
        scaler = StandardScaler().fit(values)
        model = LogisticRegression(C=STRENGTH, max_iter=2_000).fit(scaler.transform(values), list(truth))
        weights = model.coef_[0] / scaler.scale_
        constant = float(model.intercept_[0] - weights @ scaler.mean_)
        pairs = zip(names, weights, strict=True)
        return cls({name: round(float(weight), 4) for name, weight in pairs}, round(constant, 4))

    def logits(self, rows: Sequence[Known]) -> Floats:
        """Log-odds of each row."""
        made: Floats = values_of(rows, list(self.weights)) @ np.array(list(self.weights.values())) + self.constant
        return made

    def chances(self, rows: Sequence[Known]) -> Floats:
        """Probability of each row, 0..1."""
        made: Floats = 1 / (1 + np.exp(-self.logits(rows)))
        return made

    def to_dict(self) -> dict[str, object]:
        """As it is kept."""
        return {"weights": self.weights, "constant": self.constant}


def values_of(rows: Sequence[Known], names: Sequence[str]) -> Floats:
    """Features as a table, shape (rows, names); one that a row lacks is 0."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows]).reshape(len(rows), len(names))


def order_weights(read: Sequence[tuple[Floats, Bools]]) -> dict[str, float]:
    """What vote and reader weigh in the order of sentences, from such as were read for some questions: vote and
    reader's score of each, shape (sentences, 2), and which hold the answer. A conditional logit (McFadden 1974) in
    which any that does is right."""
    from scipy.optimize import minimize

    told = [(values, holds) for values, holds in read if holds.any() and not holds.all()]

    def loss(weights: Floats) -> float:
        total = 0.0
        for values, holds in told:
            scores = values @ weights
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[holds]))
        return total / max(len(told), 1) + 1e-3 * float(weights @ weights)

    vote, reader = minimize(loss, np.array([1.0, 0.1])).x
    return {"vote": round(float(vote), 4), "read": round(float(reader), 4)}
