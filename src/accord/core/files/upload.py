"""An upload is written to disk as it comes, and no further than the largest file that is taken in anywhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class BoundedUpload(FileUploadHandler):
    """Before the handlers that keep what comes: beyond the bound, the rest is read and thrown away.

    What came until then is no file of the form, which says so; ``request.upload_was_cut`` tells it why.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.came += len(raw_data)
        if self.came > most_of_a_request():
            self.request.upload_was_cut = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def most_of_a_request() -> int:
    """Bytes of all files in one request: an import, or several files for one record."""
    return int(max(settings.ACCORD_MAX_UPLOAD, 4 * settings.ACCORD_MAX_FILE) + 1024)
