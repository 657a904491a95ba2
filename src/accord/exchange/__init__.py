"""Imports and exports: one module or package per format.

Readers turn foreign bytes into the engines' frozen dataclasses and refuse what they cannot trust
(:mod:`accord.exchange.errors`); they know no database. Untrusted uploads are read in a limited
child process (:mod:`accord.exchange.child`).
"""
