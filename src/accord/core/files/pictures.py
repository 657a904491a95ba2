"""Pictures for the browser: read and written anew, so that nothing else can hide in what it is given."""

from __future__ import annotations

import io
import warnings
from typing import IO

MOST_PIXELS = 24_000_000  # that are unpacked: a few kilobytes can claim gigabytes
LARGEST = (1600, 1600)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def as_preview(stream: IO[bytes]) -> bytes | None:
    """``stream`` as a PNG of at most 1,600 × 1,600 pixels, without metadata; ``None`` for what is no such picture."""
    from PIL import Image, ImageOps  # here: few requests need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stream, formats=FORMATS) as picture:
                picture.draft("RGB", LARGEST)  # a photograph is unpacked at the size that is wanted
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # decoders raise what they like at broken files
        return None
    upright.thumbnail(LARGEST)
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)  # and so leaves behind what the file said beside its pixels
    written = io.BytesIO()
    clean.save(written, "PNG")
    return written.getvalue()
