"""What SAM 2 remembers of one thing while it follows it: as much as it looks back on, and no more.

transformers' session keeps every frame and every output. Here it holds the frame that is being looked at, and of the
frames before it what the network can still ask for: the masks' memory of the last few, the pointers of a few more, and
the frames in which the thing was pointed out. The masks that come out are the same, bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from dreamgen.engines.device import Machine
from dreamgen.engines.segmenting.things import Glimpse

if TYPE_CHECKING:
    import torch

Way = Literal["hinted", "forwards", "backwards"]
"""Why a frame is looked at."""


class Window:
    """The frame that is being looked at, for a session that believes it holds all of them.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._shown: dict[int, torch.Tensor] = {}
        self.cache: Any = None
        """What the network saw in that frame, shared by all threads."""

    def show(self, place: int, pixels: torch.Tensor) -> None:
        """Goes to another frame."""
        self._shown = {place: pixels}

    def __getitem__(self, place: int) -> torch.Tensor:
        return self._shown[place]

    def __len__(self) -> int:
        return self._count


class Thread:
    """One thing on its way through a clip.

    Args:
        model: the network.
        window: the frames.
        size: width and height of the clip in pixels.
        clicks: place to what is pointed out there: x, y and label in pixels of the network's picture.
        place: where the network runs.
        within: the places at which it is followed, the first and one past the last.
    """

    def __init__(
        self,
        model: Any,
        window: Window,
        size: tuple[int, int],
        clicks: Mapping[int, Sequence[tuple[float, float, int]]],
        place: Machine,
        within: tuple[int, int],
    ) -> None:
        self._model = model
        self._session = _session(window, size, place)
        self._clicks = clicks
        self._notes: dict[int, Glimpse] = {}
        self._memory = int(model.config.num_maskmem)
        self._reach = max(self._memory, int(model.config.max_object_pointers_in_encoder))
        self.hinted = tuple(sorted(clicks))
        """The places at which it is pointed out."""
        self.first = self.hinted[0]
        """The place from which it is followed, forwards and backwards."""
        self.start, self.stop = min(within[0], self.first), max(within[1], self.hinted[-1] + 1)
        """The places at which it is followed: the first, and one past the last."""

    def look(self, place: int, way: Way) -> tuple[torch.Tensor, float]:
        """The mask at a place (1, 1, h, w), above 0 where the thing is, and the chance that it is there at all.

        Args:
            place: that of the frame that the window shows.
            way: hinted where it is pointed out there and this is the first look, else which way it is followed.
        """
        if way == "hinted":
            self._point_out(place)
        out = self._model(inference_session=self._session, frame_idx=place, reverse=way == "backwards")
        self._forget(place)
        return out.pred_masks, float(out.object_score_logits.float().sigmoid().max())

    def note(self, place: int, glimpse: Glimpse) -> None:
        """Takes down what was seen."""
        self._notes[place] = glimpse

    def told(self) -> tuple[Glimpse, ...]:
        """All that was seen, in the order of frames."""
        return tuple(glimpse for _, glimpse in sorted(self._notes.items()))

    def _point_out(self, place: int) -> None:
        import torch

        clicks = self._clicks[place]
        thing = self._session.obj_id_to_idx(1)
        given = {
            "point_coords": torch.tensor([[[(x, y) for x, y, _ in clicks]]], dtype=torch.float32),
            "point_labels": torch.tensor([[[label for *_, label in clicks]]], dtype=torch.int32),
        }
        self._session.add_point_inputs(thing, place, given)
        self._session.obj_with_new_inputs = [1]

    def _forget(self, place: int) -> None:
        """Drops what the network will not look back on, from here or, once it turns round, from where it began."""
        kept = self._session.output_dict_per_obj[0]
        for out in kept["cond_frame_outputs"].values():
            out.pop("high_res_masks", None)
        others = kept["non_cond_frame_outputs"]
        for other in list(others):
            away = min(abs(other - place), abs(other - self.first))
            if away > self._reach:
                del others[other]
                continue
            others[other].pop("high_res_masks", None)
            others[other].pop("pred_masks", None)
            if away >= self._memory:
                others[other].pop("maskmem_features", None)
                others[other].pop("maskmem_pos_enc", None)


def _session(window: Window, size: tuple[int, int], place: Machine) -> Any:
    from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

    session = Sam2VideoInferenceSession(
        video_width=size[0], video_height=size[1], inference_device=place.device, inference_state_device=place.device,
        video_storage_device=place.device, dtype=place.dtype,
    )  # fmt: skip
    session.processed_frames = window
    window.cache = window.cache or session.cache
    session.cache = window.cache
    return session
