"""Makes the sample photos from the CC0 photos named in README.md.

    pip install pillow pillow-heif
    python make.py DRESS T-SHIRT SHORTS SHOES SHIRT

The arguments are the five source files, in this order. Each garment becomes a burst of two or three phone-like files:
the whole, then details cut from it, seconds apart; minutes lie between garments.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from pillow_heif.constants import HeifCompressionFormat
from pillow_heif.misc import CtxEncode

OUT = Path(__file__).parent
START = datetime(2026, 11, 8, 14, 3, 12)
# How a phone stores an upright picture for each value of the EXIF tag Orientation used here.
STORED = {
    1: None,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
# Garment (argument), seconds since START, name, cut as shares of the sides, orientation, with a place.
SHOTS = [
    (0, 0, "IMG_2041.HEIC", (0, 0, 1, 1), 1, False),
    (0, 14, "IMG_2042.HEIC", (0.2, 0, 0.8, 0.6), 6, False),
    (0, 27, "IMG_2043.JPG", (0.1, 0.45, 0.85, 1), 1, False),
    (1, 431, "IMG_2044.JPG", (0, 0, 1, 1), 6, False),
    (1, 449, "IMG_2045.JPG", (0.2, 0.15, 0.8, 0.6), 6, False),
    (2, 902, "IMG_2046.JPG", (0, 0, 1, 1), 1, True),
    (2, 921, "IMG_2047.JPG", (0.35, 0.03, 0.95, 0.48), 1, False),
    (3, 1388, "IMG_2048.HEIC", (0, 0, 1, 1), 1, True),
    (3, 1401, "IMG_2049.JPG", (0, 0.25, 0.7, 0.85), 8, False),
    (4, 1967, "IMG_2050.JPG", (0, 0, 1, 1), 1, False),
    (4, 1979, "IMG_2051.JPG", (0.3, 0.1, 0.8, 0.5), 3, False),
    (4, 1996, "IMG_2052.JPG", (0.05, 0.35, 0.75, 0.75), 1, False),
]


def exif(moment, orientation, place):
    block = Image.Exif()
    block[0x010F], block[0x0110], block[0x0112] = "Sample", "Phone", orientation
    shot = block.get_ifd(0x8769)
    shot[0x9003] = shot[0x9004] = moment.strftime("%Y:%m:%d %H:%M:%S")
    if place:
        # The Louvre pyramid: nobody's home.
        gps = block.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, 39.6), "E", (2.0, 20.0, 9.0)
    return block.tobytes()


def main(sources):
    photos = [Image.open(source).convert("RGB") for source in sources]
    for garment, seconds, name, cut, orientation, place in SHOTS:
        photo = photos[garment]
        box = tuple(round(share * side) for share, side in zip(cut, photo.size * 2))
        picture = photo.crop(box)
        stored = picture.transpose(STORED[orientation]) if STORED[orientation] else picture
        notes = exif(START + timedelta(seconds=seconds), orientation, place)
        if name.endswith(".HEIC"):
            # As iPhones do: turned by a property of the container, EXIF saying the same once more.
            encoder = CtxEncode(HeifCompressionFormat.HEVC, quality=75)
            encoder.add_image(stored.size, "RGB", stored.tobytes(), image_orientation=orientation, exif=notes,
                              primary=True)
            encoder.save(OUT / name)
        else:
            stored.save(OUT / name, "JPEG", quality=92, exif=notes)


if __name__ == "__main__":
    main(sys.argv[1:])
