"""Pictures for the browser: read and written anew, so that nothing else can hide in what it is given.

Decoders are written in C and meet bytes of strangers: they run in a limited child.
"""

from __future__ import annotations

import io
from typing import IO

from accord.core.limited_child import LimitedChild, LimitReached, Limits, ReaderFailed

MOST_PIXELS = 24_000_000  # that are unpacked: a few kilobytes can claim gigabytes
LARGEST = (1600, 1600)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
LIMITS = Limits(memory=384 * 1024 * 1024, cpu_seconds=10, wall_seconds=20)


def as_preview(stream: IO[bytes]) -> bytes | None:
    """``stream`` as a PNG of at most 1,600 × 1,600 pixels, without metadata; ``None`` for what is no such picture."""
    with LimitedChild("accord.core.files.pictures:draw", data_from=(), limits=LIMITS) as child:
        try:
            drawn: bytes = child.read(stream.read())
        except (LimitReached, ReaderFailed):
            return None
    return drawn or None


def draw(data: bytes) -> bytes:
    """What the child does; nothing where there are too many pixels. Decoders raise what they like at broken files."""
    from PIL import Image, ImageOps  # here: only the child needs it

    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        picture.draft("RGB", LARGEST)  # a photograph is unpacked at the size that is wanted
        if picture.width * picture.height > MOST_PIXELS:
            return b""
        if picture.mode not in ("RGB", "RGBA", "L"):  # colours of a palette can't be blended
            small = picture.convert("RGBA")
            small.info |= {"exif": picture.info["exif"]} if "exif" in picture.info else {}
        else:
            small = picture
        small.thumbnail(LARGEST)  # before the copies that follow
        upright = ImageOps.exif_transpose(small).convert("RGBA")
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)  # and so leaves behind what the file said beside its pixels
    written = io.BytesIO()
    clean.save(written, "PNG")
    return written.getvalue()
