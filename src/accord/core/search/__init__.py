"""One full-text index over the records of every app.

A model says in ``searched`` which of its fields are searched (:class:`~accord.core.search.fields.Searched`). Triggers
in the database keep the index, whoever writes and however many rows at once (:mod:`accord.core.search.schema`);
:mod:`accord.core.search.queries` asks it. Permission is asked of the model, as in every fetch.
"""

from accord.core.search.fields import Searched

__all__ = ["Searched"]
