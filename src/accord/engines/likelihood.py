"""Maximum likelihood over positive parameters: the one optimiser behind every fitted model.

All parameters of the customer models (gamma and beta shapes, scales) are positive, so the search runs on
their logarithms, where the surface is smoother and no step can leave the domain. BFGS with the model's own
gradient finds the top; one Hessian, by central differences of that gradient, then serves twice: Newton steps
polish the answer to near machine precision, and its inverse gives the standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import minimize

Floats = NDArray[np.float64]
LikelihoodAndGradient = Callable[[Floats], tuple[float, Floats]]

# exp(±25) is beyond any parameter that data can tell from zero or infinity.
_LARGEST_LOG = 25.0
_STEP = 1e-4


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """What a fit returns in place of a model when the data cannot carry one; ``reason`` is a plain sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Optimum:
    """The top of a likelihood.

    ``parameters`` are positive, in the model's order; ``standard_errors`` follow from the curvature by the
    delta method and are ``None`` where the surface is flat; ``converged`` says that the gradient vanished.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    standard_errors: tuple[float, ...] | None
    converged: bool


def maximise(likelihood: LikelihoodAndGradient, start: tuple[float, ...], observations: float) -> Optimum:
    """Find the positive parameters at which ``likelihood`` is highest.

    ``likelihood`` maps an array of parameters to the log-likelihood and its gradient (both summed over all
    observations); ``observations`` scales the stopping rule so that it does not depend on the size of the data.

    >>> import numpy as np
    >>> times = np.array([1.0, 2.0, 3.0])                                  # exponential: the rate is n / sum
    >>> top = maximise(lambda p: (3 * np.log(p[0]) - p[0] * 6, np.array([3 / p[0] - 6])), (2.0,), 3)
    >>> round(top.parameters[0], 9), round(top.standard_errors[0], 4)      # standard error: rate / sqrt(n)
    (0.5, 0.2887)
    """

    def descent(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(np.clip(logs, -_LARGEST_LOG, _LARGEST_LOG))
        value, gradient = likelihood(parameters)
        return -value / observations, -gradient * parameters / observations

    found = minimize(descent, np.log(start), jac=True, method="BFGS", options={"gtol": 1e-5, "maxiter": 500})
    logs, gradient = found.x, found.jac
    factor = None
    for _ in range(3):
        try:
            factor = cho_factor(_hessian(descent, logs))
        except (LinAlgError, ValueError):
            factor = None
            break
        polished = logs - cho_solve(factor, gradient)
        after = descent(polished)[1]
        if not np.abs(after).max() < np.abs(gradient).max():
            break
        logs, gradient = polished, after
        if np.abs(gradient).max() < 1e-9:
            break
    parameters = np.exp(np.clip(logs, -_LARGEST_LOG, _LARGEST_LOG))
    errors = None
    if factor is not None:
        variances = np.diag(cho_solve(factor, np.eye(len(logs)))) / observations
        errors = tuple((parameters * np.sqrt(variances)).tolist())
    return Optimum(
        parameters=tuple(parameters.tolist()),
        log_likelihood=float(likelihood(parameters)[0]),
        standard_errors=errors,
        converged=bool(np.abs(gradient).max() < 1e-4),
    )


def _hessian(descent: LikelihoodAndGradient, at: Floats) -> Floats:
    """Central differences of the gradient, made symmetric."""
    columns = [
        (descent(at + step)[1] - descent(at - step)[1]) / (2 * _STEP) for step in np.eye(len(at)) * _STEP
    ]
    hessian: Floats = np.array(columns)
    return (hessian + hessian.T) / 2
