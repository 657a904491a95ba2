"""Files on records.

What may be stored (:mod:`~accord.core.files.rules`), where its content lies (:mod:`~accord.core.files.contents`), the
virus scanner that is asked first (:mod:`~accord.core.files.scanning`), what people do with files
(:mod:`~accord.core.files.actions`), what is asked about them (:mod:`~accord.core.files.queries`), and what is cleaned
up after their records are gone (:mod:`~accord.core.files.orphans`).
"""
