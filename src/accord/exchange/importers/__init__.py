"""From the rows of a file to the rows of the database: one module per kind of file.

Every importer makes one pass over the file, which either only counts (the dry run) or also writes; both are the same
code, so that what was promised is what happens.
"""
