"""Reads QR codes for a browser that cannot by itself, and lets it see them: by pictures, and by a camera.

Debian's Chromium has no BarcodeDetector. The one that is put in its place gives what it is shown, pixel by pixel,
to a reader that is not ours.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import segno
import zxingcpp

from tests.functional.browser.tab import Tab

SIZE = 640, 480
"""Of the camera's picture."""
SCALE, BORDER = 4, 4
SHOWN = 6
"""Pictures of each code, ten a second: a little more than half a second."""
DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() {return ["qr_code"];}
  async detect(source) {
    const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
    const drawn = new OffscreenCanvas(width, height).getContext("2d");
    drawn.drawImage(source, 0, 0);
    const {data} = drawn.getImageData(0, 0, width, height);
    let grey = "";
    for (let i = 0; i < data.length; i += 4) grey += String.fromCharCode(data[i + 1]);
    return (await window.readCodes(btoa(grey), width, height)).map(rawValue => ({rawValue}));
  }
};
"""


def read(grey: str, width: int, height: int) -> list[str]:
    """The texts of the codes in a picture: a byte for each pixel, in base64."""
    pixels = np.frombuffer(base64.b64decode(grey), dtype=np.uint8).reshape(height, width)
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def read_matrix(rows: Sequence[Sequence[int]]) -> list[str]:
    """The texts in a code given module by module, 1 for black, without its border."""
    pixels = np.pad(1 - np.array(rows, dtype=np.uint8), BORDER, constant_values=1)
    return [
        found.text for found in zxingcpp.read_barcodes(np.kron(pixels, np.full((SCALE, SCALE), 255, np.uint8)))
    ]


async def can_read(opened: Tab) -> None:
    """Give a tab the detector that a browser elsewhere has, and load its page anew."""
    await opened.page.expose_function("readCodes", read)
    await opened.page.add_init_script(DETECTOR)
    await opened.page.reload()


def film(texts: Sequence[str], file: Path) -> list[str]:
    """Make a film of codes; the switches with which a browser's camera sees it, again and again."""
    width, height = SIZE
    grey_colours = bytes([128]) * (width * height // 2)
    with file.open("wb") as written:
        written.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for text in texts:
            picture = np.full((height, width), 255, dtype=np.uint8)
            code = segno.make(text, error="m", micro=False)
            rows = np.array(
                [[0 if dark else 255 for dark in row] for row in code.matrix_iter(SCALE, BORDER)], np.uint8
            )
            assert rows.shape[0] <= height
            picture[: rows.shape[0], : rows.shape[1]] = rows
            for _ in range(SHOWN):
                written.write(b"FRAME\n" + picture.tobytes() + grey_colours)
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    ]
