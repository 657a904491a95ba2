"""What stands on the letters of the demo firm: address, register, tax and bank data, and a logo drawn here.

None of the numbers belongs to anybody: the telephone number is of those kept free for fiction, the IBAN is the one
that banks print in examples.
"""

from __future__ import annotations

import io

LETTERHEAD = {
    "legal_name": "Northlight Partners GmbH",
    "street": "Lindenufer 14",
    "postcode": "10179",
    "city": "Berlin",
    "country": "Germany",
    "phone": "+49 30 23125 400",
    "email": "office@northlight.example",
    "website": "https://northlight.example/",
    "register_entry": "Amtsgericht Charlottenburg, HRB 999999 B",
    "directors": "Ingrid Halvorsen",
    "tax_number": "99/999/99999",
    "vat_id": "DE999999999",
    "bank": "Example Bank",
    "iban": "DE89370400440532013000",
}
_BLUE, _LIGHT = (31, 78, 121, 255), (242, 169, 59, 255)
_SIZE, _FINER = (720, 200), 4  # drawn larger, then reduced: that smooths the edges


def draw_logo() -> bytes:
    """A star over the horizon and the firm's name, as a PNG."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = (side * _FINER for side in _SIZE)
    picture = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(picture)
    middle, radius = height // 2, height * 2 // 5
    draw.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), fill=_BLUE)
    draw.chord((middle - radius, middle - radius, middle + radius, middle + radius), 20, 160, fill=_LIGHT)
    long, short = radius * 3 // 5, radius // 8
    top = middle - radius // 5
    draw.polygon(
        [
            (middle, top - long), (middle + short, top - short), (middle + long, top), (middle + short, top + short),
            (middle, top + long), (middle - short, top + short), (middle - long, top), (middle - short, top - short),
        ],
        fill="white",
    )  # fmt: skip
    left = height + height // 16
    draw.text((left, height * 0.18), "Northlight", font=ImageFont.load_default(height * 0.40), fill=_BLUE)
    draw.text((left, height * 0.58), "PARTNERS", font=ImageFont.load_default(height * 0.20), fill=_BLUE)
    written = io.BytesIO()
    picture.resize(_SIZE, Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()
