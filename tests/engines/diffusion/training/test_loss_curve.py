from xml.etree import ElementTree

from dreamgen.engines.diffusion.training.loss_curve import loss_curve

LOSSES = [
    {"step": 0, "evaluation": 1.0}, {"step": 1, "loss": 0.8}, {"step": 2, "loss": 0.4}, {"step": 2, "evaluation": 0.5}
]  # fmt: skip


def test_every_loss_has_its_place() -> None:
    drawing = ElementTree.fromstring(loss_curve(LOSSES))

    dots = [each.attrib for each in drawing.iter("{http://www.w3.org/2000/svg}circle")]
    small = [(float(dot["cx"]), float(dot["cy"])) for dot in dots if dot["r"] == "1.5"]
    large = [(float(dot["cx"]), float(dot["cy"])) for dot in dots if dot["r"] == "4"]
    assert len(small) == len(large) == 2
    assert small[0][0] < small[1][0] and small[0][1] < small[1][1]
    assert large[0][0] < small[0][0] and large[1][0] == small[1][0]


def test_a_training_without_a_step_has_a_drawing_too() -> None:
    assert loss_curve([{"step": 0, "evaluation": 1.0}]).startswith("<svg")
