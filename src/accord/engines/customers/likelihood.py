"""Maximum likelihood over positive parameters: the one optimiser behind every fitted model.

All parameters of the customer models (gamma and beta shapes, scales) are positive, so the search runs on their
logarithms, where the surface is smoother and no step can leave the domain. Each model gives its exact gradient and
Hessian, so Newton's method needs about ten looks at the data, and the curvature at the top gives the standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import zeta

from accord.engines.texts import Text

Floats = NDArray[np.float64]
Matrix = tuple[tuple[float, ...], ...]
Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]

# exp(±25) is beyond any parameter that data can tell from zero or infinity.
_LARGEST_LOG = 25.0
_FAR_LOG = 14.0  # a parameter beyond exp(±14), about a million, stands for zero or infinity
_LONGEST_STEP = 2.0
_WIDEST_DRAW = 3.0
_MOST_STEPS = 200
_SAMPLE = 30_000


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """What a fit returns in place of a model when the data cannot carry one; ``reason`` is a phrase."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Optimum:
    """The top of a likelihood.

    ``parameters`` are positive, in the model's order; ``standard_errors`` follow from the curvature by the
    delta method and are ``None`` where the surface is flat; ``converged`` says that the gradient vanished.
    ``log_covariance`` is the covariance of the parameters' logarithms, from which intervals are drawn.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    standard_errors: tuple[float, ...] | None
    converged: bool
    log_covariance: Matrix | None = None

    @property
    def at_boundary(self) -> bool:
        """Whether this is no proper top: the surface is flat, still rises, or has led to zero or infinity.

        Parameters from there are an artefact of where the search stopped, and so is all that is computed from them.
        """
        extreme = any(not np.exp(-_FAR_LOG) < value < np.exp(_FAR_LOG) for value in self.parameters)
        return not self.converged or self.standard_errors is None or extreme

    def proper_or(self, fallback: tuple[float, ...]) -> tuple[float, ...]:
        """The parameters, if this is a proper top to start a finer search from; otherwise ``fallback``."""
        return self.parameters if self.converged and self.standard_errors is not None else fallback


def sample_of(observations: int) -> slice | None:
    """Every n-th of many observations, on which to look for a good start; ``None`` where all are few enough.

    From the top of thirty thousand the top of a million is two steps away.
    """
    return slice(None, None, observations // _SAMPLE) if observations >= 4 * _SAMPLE else None


def maximise(likelihood: Likelihood, start: tuple[float, ...], observations: float) -> Optimum:
    """Find the positive parameters at which ``likelihood`` is highest.

    ``likelihood`` maps an array of parameters to the log-likelihood, its gradient and its Hessian, all summed over
    the data; ``observations`` scales the stopping rule so that it does not depend on how many there are.

    Newton's method on the logarithms. Where the surface is not concave the signs of its curvatures are turned, so
    that every step climbs (Dauphin et al., "Identifying and attacking the saddle point problem", 2014); a step is
    halved until it does.

    >>> import numpy as np
    >>> def exponential(p):                                  # three waiting times that sum to 6: the rate is n / sum
    ...     return 3 * np.log(p[0]) - p[0] * 6, 3 / p - 6, np.array([-3 / p**2])
    >>> top = maximise(exponential, (2.0,), 3)
    >>> round(top.parameters[0], 7), round(top.standard_errors[0], 4)       # its standard error: rate / sqrt(n)
    (0.5, 0.2887)
    """

    def climb(logs: Floats) -> tuple[float, Floats, Floats]:
        parameters = np.exp(logs)
        value, gradient, hessian = likelihood(parameters)
        slope = gradient * parameters
        curvature = hessian * np.multiply.outer(parameters, parameters) + np.diag(slope)
        return value / observations, slope / observations, curvature / observations

    logs = np.log(start)
    value, slope, curvature = climb(logs)
    for _ in range(_MOST_STEPS):
        if np.abs(slope).max() < 1e-9:
            break
        bends, axes = np.linalg.eigh(curvature)
        step = axes @ ((axes.T @ slope) / np.maximum(np.abs(bends), 1e-9))
        if np.abs(slope).max() < 1e-6 and np.abs(step).max() < 1e-3:
            # So close, a Newton step squares the error: it needs no look to confirm it.
            logs, value, slope = logs + step, value + float(slope @ step) / 2, np.zeros_like(slope)
            break
        step *= min(1.0, _LONGEST_STEP / float(np.abs(step).max()))
        higher = False
        while not higher and np.abs(step).max() > 1e-12:
            candidate = np.clip(logs + step, -_LARGEST_LOG, _LARGEST_LOG)
            there = climb(candidate)
            # At the very top rounding hides the last rise, but the slope still shows it.
            level = there[0] >= value - 1e-12 * abs(value) and np.abs(there[1]).max() < np.abs(slope).max()
            higher = there[0] > value or level
            step /= 2
        if not higher:
            break
        logs, (value, slope, curvature) = candidate, there
    parameters = np.exp(logs)
    covariance = _log_covariance(curvature * observations)
    errors = None if covariance is None else tuple((parameters * np.sqrt(np.diag(covariance))).tolist())
    return Optimum(
        parameters=tuple(parameters.tolist()),
        log_likelihood=value * observations,
        standard_errors=errors,  # by the delta method: the error of a logarithm times the parameter
        converged=bool(np.abs(slope).max() < 1e-6),
        log_covariance=None if covariance is None else tuple(map(tuple, covariance.tolist())),
    )


def _log_covariance(curvature: Floats) -> Floats | None:
    """Inverse of the negative curvature; ``None`` unless the top is a proper one."""
    bends, axes = np.linalg.eigh(curvature)
    if not (bends < -1e-8 * np.abs(bends).max()).all():
        return None
    covariance: Floats = (axes / -bends) @ axes.T
    return covariance


def drawn_parameters(
    parameters: tuple[float, ...], log_covariance: Matrix, draws: int, random: np.random.Generator
) -> Floats:
    """``draws`` rows of parameters as uncertain as the data leave them: their logarithms are normal around the top.

    Along a ridge (two shapes of which only the ratio is determined) the normal would run to infinity; no direction
    varies by more than a factor of e³ per standard deviation, where forecasts have long ceased to change.
    """
    variances, axes = np.linalg.eigh(np.asarray(log_covariance))
    spread = np.minimum(np.sqrt(np.maximum(variances, 0.0)), _WIDEST_DRAW)
    logs = np.log(parameters) + (random.standard_normal((draws, len(spread))) * spread) @ axes.T
    drawn: Floats = np.exp(np.clip(logs, -_LARGEST_LOG, _LARGEST_LOG))
    return drawn


@dataclass(frozen=True, slots=True)
class LogNormalPrior:
    """What is expected of positive parameters before any data: their logarithms are independent normals."""

    means: tuple[float, ...]
    sds: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.means) != len(self.sds):
            raise ValueError("a prior needs as many standard deviations as means")
        if not all(sd > 0 for sd in self.sds):
            raise ValueError("the standard deviations of a prior must be above zero")

    def added_to(self, likelihood: Likelihood) -> Likelihood:
        """The log-posterior (up to a constant) with its gradient and Hessian, in the parameters themselves."""
        means, precision = np.array(self.means), 1 / np.array(self.sds) ** 2

        def posterior(parameters: Floats) -> tuple[float, Floats, Floats]:
            value, slope, curvature = likelihood(parameters)
            off = np.log(parameters) - means
            value -= float(precision @ off**2) / 2
            slope = slope - precision * off / parameters
            return value, slope, curvature - np.diag(precision * (1 - off) / parameters**2)

        return posterior


def trigamma(z: ArrayLike) -> Floats:
    """ψ′(z), the derivative of the digamma function, for z > 0."""
    result: Floats = zeta(2.0, z)
    return result
