"""Finds small pictures in big ones: masked normalised cross-correlation through the Fourier transform.

cv2.matchTemplate does the same with a mask, thirty times slower, because it transforms the picture anew for
every template. Here a picture is transformed once and a template once for each picture size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Template:
    """What to look for."""

    pixels: Floats
    """(h, w, channels), of about equal weight."""
    mask: Floats
    """(h, w): 1 where the pixels count, 0 where anything may be behind them."""


@dataclass(frozen=True)
class _Prepared:
    """A template's transforms for one picture size."""

    centred: tuple[Floats, ...]
    """Of each channel with its mean under the mask taken off."""
    mask: Floats
    """Of the mask."""
    energy: float
    """Sum of squares of the centred channels."""


@dataclass(frozen=True)
class Spectra:
    """A picture's transforms: made once, however many templates are looked for in it."""

    shape: tuple[int, int]
    """Height and width of the picture."""
    size: tuple[int, int]
    """Height and width of the transforms."""
    channels: tuple[Floats, ...]
    """Of each channel."""
    energy: Floats
    """Of the sum of the channels' squares."""


def spectra(image: Floats) -> Spectra:
    """Makes a picture (h, w, channels) ready to be searched."""
    import cv2

    height, width = image.shape[:2]
    size = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
    planes = [np.ascontiguousarray(image[..., c]) for c in range(image.shape[2])]
    energy = np.asarray(sum(plane * plane for plane in planes), np.float32)
    return Spectra((height, width), size, tuple(_spectrum(plane, size) for plane in planes), _spectrum(energy, size))


@dataclass
class Matcher:
    """Some templates, ready to be looked for in many pictures."""

    templates: Sequence[Template]
    """All are looked for at their own size; scale the picture to look for other sizes."""
    flat: float = 30.0
    """Variance a pixel, all channels together, under which a patch counts as flat: it can't score high by chance."""
    _prepared: dict[tuple[tuple[int, int], int], _Prepared] = field(default_factory=dict)

    def match(self, image: Spectra, which: int) -> Floats:
        """How well a template fits at each place of a picture with the same channels.

        Args:
            image: the picture (H, W).
            which: index of the template (h, w).

        Returns:
            an array (H - h + 1, W - w + 1): at [y, x] the correlation, -1 to 1, of the template with its top left
            corner there; channels are centred one by one and pooled. Empty (0, 0) where the template is bigger.
        """
        import cv2

        template = self.templates[which]
        (height, width), (h, w) = image.shape, template.mask.shape
        rows, columns = height - h + 1, width - w + 1
        if rows < 1 or columns < 1:
            return np.zeros((0, 0), np.float32)
        ready = self._prepared.get((image.size, which))
        if ready is None:
            ready = self._prepared[image.size, which] = _prepared(template, image.size)
        product = np.asarray(cv2.mulSpectrums(image.channels[0], ready.centred[0], 0, conjB=True), np.float32)
        for channel, centred in zip(image.channels[1:], ready.centred[1:], strict=True):
            product += cv2.mulSpectrums(channel, centred, 0, conjB=True)
        overlap = _back(product)[:rows, :columns]
        spread = _correlated(image.energy, ready.mask)[:rows, :columns]
        count = float(template.mask.sum())
        for channel in image.channels:
            mean = _correlated(channel, ready.mask)[:rows, :columns]
            spread -= mean * mean / count
        return np.asarray(overlap / np.sqrt(np.maximum(spread, count * self.flat) * ready.energy), np.float32)


def _prepared(template: Template, size: tuple[int, int]) -> _Prepared:
    mask, centred = template.mask, []
    for c in range(template.pixels.shape[2]):
        plane = template.pixels[..., c]
        centred.append(np.asarray((plane - (plane * mask).sum() / mask.sum()) * mask, np.float32))
    return _Prepared(
        centred=tuple(_spectrum(plane, size) for plane in centred),
        mask=_spectrum(mask, size),
        energy=max(1.0, float(sum((plane * plane).sum() for plane in centred))),
    )


def _spectrum(plane: Floats, size: tuple[int, int]) -> Floats:
    import cv2

    padded = np.zeros(size, np.float32)
    h, w = min(plane.shape[0], size[0]), min(plane.shape[1], size[1])
    padded[:h, :w] = plane[:h, :w]
    return np.asarray(cv2.dft(padded), np.float32)


def _correlated(one: Floats, other: Floats) -> Floats:
    import cv2

    return _back(np.asarray(cv2.mulSpectrums(one, other, 0, conjB=True), np.float32))


def _back(spectrum: Floats) -> Floats:
    import cv2

    flags = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    return np.asarray(cv2.dft(spectrum, flags=flags), np.float32)


def opponent(image: NDArray[np.uint8], chroma: float = 1.3) -> Floats:
    """BGR levels as lightness, red against green and yellow against blue, of square roots: (h, w, 3), about 0-255.

    Correlation of levels sees little but lightness; here a red coat and a green one differ at night too.
    """
    roots = np.sqrt((image.astype(np.float32) + 4) * 255)
    blue, green, red = roots[..., 0], roots[..., 1], roots[..., 2]
    return np.dstack([(blue + 2 * green + red) / 4, chroma * (red - green), chroma * ((red + green) / 2 - blue)])


def resized(image: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """The picture at another size, with every pixel's share of area."""
    import cv2

    shrinks = height * width < image.shape[0] * image.shape[1]
    return np.asarray(
        cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8
    )


def contours(opponents: Floats) -> Floats:
    """Strength of edges in the lightness of an `opponent` picture, (h, w, 1), square roots."""
    down, across = np.gradient(opponents[..., 0])
    return np.asarray(np.sqrt(np.hypot(across, down))[..., None] * 10, np.float32)


def lab(image: NDArray[np.uint8]) -> Floats:
    """BGR levels as CIE L*a*b* (D65): L 0-100, a and b about -100 to 100; same shape."""
    import cv2

    flat = image.reshape(-1, 1, 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2Lab), np.float32).reshape(image.shape)
