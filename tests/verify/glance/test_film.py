import numpy as np
import pytest

from dreamgen.engines.sight import Floats
from dreamgen.verify.glance.crops import Body
from dreamgen.verify.glance.film import mean_logs, recognised
from dreamgen.verify.glance.seer import Look, Seen, bodies_in, logs_of


def vector(*values: float) -> Floats:
    whole = np.zeros(64, np.float32)
    whole[: len(values)] = values
    return np.asarray(whole / np.linalg.norm(whole), np.float32)


def look(*vectors: Floats) -> Look:
    body = Body(0.5, 0.5, 0.1, (0.4, 0.4, 0.6, 0.9), False, 0.99)
    return Look({}, tuple(Seen(body, one, {}) for one in vectors), 1.0)


CAST = {"mara": vector(1), "jon": vector(0, 1), "lila": vector(0, 0, 1)}


def test_everybody_is_recognised_by_the_nearest_portrait() -> None:
    known = recognised(look(vector(0, 1, 0.1), vector(1, 0.1)), CAST)
    assert known["mara"].chance > 0.9
    assert known["jon"].chance > 0.9
    assert known["jon"].seen is not None
    assert known["jon"].seen.vector[1] > 0.9
    assert (known["lila"].chance, known["lila"].seen) == (0.0, None)


def test_nobody_is_there_twice_and_no_body_is_two_people() -> None:
    known = recognised(look(vector(1), vector(1, 0.02)), CAST)
    assert known["mara"].chance > 0.9
    assert max(known["jon"].chance, known["lila"].chance) < 0.1


def test_a_stranger_is_nobody() -> None:
    known = recognised(look(vector(0, 0, 0, 1)), CAST)
    assert max(one.chance for one in known.values()) < 0.1
    assert recognised(look(), CAST) == recognised(look(), CAST)


def test_looks_that_agree_are_surer_than_looks_that_do_not() -> None:
    yes, no = (logs_of(np.array(scores, np.float32)) for scores in ([3.0, 0.0], [0.0, 3.0]))
    assert mean_logs([yes, yes])[0] > 0.9
    assert mean_logs([yes, no])[0] == pytest.approx(0.5)


def test_peaks_of_the_map_become_bodies_where_they_are() -> None:
    found, shape = np.full((2, 24, 40), -9.0, np.float32), np.zeros((14, 24, 40), np.float32)
    found[0, 12, 20] = found[1, 6, 10] = 4.0
    found[0, 12, 21] = 2.0  # the side of a peak is none
    shape[:7, 12, 20] = (0.5, 0.5, np.log(0.05), 0.1, 0.1, 0.1, 0.4)
    shape[7:, 6, 10] = (0.0, 0.0, np.log(0.1), 0.5, 0.1, 0.2, 0.1)
    person, animal = sorted(bodies_in(found, shape), key=lambda body: body.animal)
    assert (person.x, person.y, person.radius) == pytest.approx((20.5 / 40, 12.5 / 24, 0.05))
    assert person.box == pytest.approx((0.4125, 0.4208, 0.6125, 0.9208), abs=1e-3)
    assert animal.box[0] == 0.0  # cut off by the frame
