from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines.diffusion.training.images import gather, pixels
from dreamgen.errors import UsageError


def picture(path: Path, size: tuple[int, int] = (64, 64), colour: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.tile(np.arange(size[0], dtype=np.uint8) + colour, (size[1], 1))
    Image.fromarray(np.dstack([ramp, ramp // 2, ramp // 4])).save(path)


def test_pictures_are_found_by_name_below_the_folder_too(tmp_path: Path) -> None:
    picture(tmp_path / "b.PNG")
    picture(tmp_path / "c" / "a.webp", colour=40)
    picture(tmp_path / "a.jpg", colour=80)
    picture(tmp_path / ".hidden" / "d.png", colour=120)
    (tmp_path / "notes.txt").write_text("not a picture")

    pictures, skipped = gather(tmp_path, 64)

    assert [each.name for each in pictures] == ["a.jpg", "b.PNG", "c/a.webp"]
    assert skipped == ()


def test_what_will_not_do_is_left_out_with_a_reason(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / f"{number}.png", colour=number)
    picture(tmp_path / "twin.png", colour=1)
    picture(tmp_path / "small.png", (31, 64))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG broken")
    whole = (tmp_path / "0.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])

    pictures, skipped = gather(tmp_path, 64)

    assert len(pictures) == 3
    reasons = {each.name: each.reason for each in skipped}
    assert reasons == {
        "twin.png": "duplicate", "broken.png": "unreadable", "cut.png": "unreadable", "small.png": "too_small"
    }  # fmt: skip


def test_too_few_pictures_are_an_error_that_names_the_others(tmp_path: Path) -> None:
    picture(tmp_path / "one.png")
    picture(tmp_path / "small.png", (20, 20))

    with pytest.raises(UsageError, match=r"has 1 pictures to learn from; left out: small.png \(too_small\)") as caught:
        gather(tmp_path, 64)

    assert "at least 3" in caught.value.hint
    with pytest.raises(UsageError, match="there is no folder of pictures"):
        gather(tmp_path / "nowhere", 64)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no pictures"):
        gather(tmp_path / "empty", 64)


def test_a_picture_is_stretched_or_its_middle_is_cropped(tmp_path: Path) -> None:
    wide = np.zeros((64, 192, 3), np.uint8)
    wide[:, 64:128] = 255
    Image.fromarray(wide).save(tmp_path / "wide.png")

    stretched = pixels(tmp_path / "wide.png", 64)
    cropped = pixels(tmp_path / "wide.png", 64, fit="crop")

    assert stretched.shape == cropped.shape == (64, 64, 3)
    assert cropped.min() == 255
    assert stretched[32, 4].max() == 0 and stretched[32, 32].min() == 255


def test_contrast_is_spread_only_when_asked_for(tmp_path: Path) -> None:
    picture(tmp_path / "grey.png", colour=90)

    assert pixels(tmp_path / "grey.png", 64)[..., 0].max() >= 250
    assert pixels(tmp_path / "grey.png", 64, autocontrast=False)[..., 0].max() < 160


def test_a_picture_lies_on_white_where_it_is_clear_and_stands_upright(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 64), (10, 20, 30, 0)).save(tmp_path / "clear.png")
    tall = Image.new("RGB", (64, 128), (200, 0, 0))
    tall.paste((0, 0, 200), (0, 64, 64, 128))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    tall.save(tmp_path / "turned.jpg", exif=exif)

    assert pixels(tmp_path / "clear.png", 64, autocontrast=False).min() == 255
    turned = pixels(tmp_path / "turned.jpg", 64, autocontrast=False)
    assert turned[4, 32, 2] > 150 and turned[60, 32, 0] > 150
