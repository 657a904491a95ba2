"""Pure calculation: frozen dataclasses in, results out.

No Django, no database, no clock, no unseeded randomness. Every public
function says its formula, units, shapes, errors and source.
"""
