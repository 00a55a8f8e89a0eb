"""Who is on stage at this point of the text, and who spoke last."""

from __future__ import annotations

from dreamgen.core.vocabulary import Pose
from dreamgen.story.writers.beats import Deed
from dreamgen.story.writers.deeds import Deeds


class OnStage(Deeds):
    """Looks back over the beats made so far."""

    def _carried(self) -> list[Deed]:
        """Those who were there just before stay where they are."""
        if not self.beats or self.beats[-1].scenery.place != self.setting.now.place:
            return []
        poses = {deed.who: deed.does for deed in self.beats[-1].deeds}
        kept = []
        for who in [who for who in self.beats[-1].who if who in self.cast.members][:2]:
            pose: Pose = poses[who] if poses.get(who) in {"sit", "lie"} else "stand"
            held = self.holding.get(who) if pose != "lie" else None
            pose = "hold" if held is not None and pose == "stand" else pose
            kept.append(self._fit(Deed(who, pose, pose, True, using=held)))
        return kept

    def _last_people(self) -> tuple[str, ...]:
        return tuple(deed.who for deed in self.beats[-1].deeds) if self.beats else ()

    def _previous_speech(self) -> int:
        """The paragraph in which somebody last spoke, or -1."""
        return next((beat.paragraph for beat in reversed(self.beats) if any(deed.says for deed in beat.deeds)), -1)

    def _listener(self, speaker: str) -> str | None:
        """Whom somebody talks to when the text doesn't say: the last other one on stage."""
        for beat in reversed(self.beats[-3:]):
            if beat.scenery.place != self.setting.now.place:
                return None
            for who in beat.who:
                if who in self.cast.members and who != speaker:
                    return who
        return None
