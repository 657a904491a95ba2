"""What is wrong with a file that should hold an electronic invoice."""

from __future__ import annotations

from accord.engines.texts import Text, TextError


class InvoiceFileError(TextError):
    """The file can't be read as an invoice; ``line`` is where, if that is known."""

    def __init__(self, text: Text, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line
