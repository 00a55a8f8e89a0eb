"""The state that a drafted story leads to: the model proposes, and what can happen is decided here."""

from dreamgen.story.world.faults import act_faults, outline_faults
from dreamgen.story.world.state import Break, Rule, World
from dreamgen.story.world.walk import breaks

__all__ = ["Break", "Rule", "World", "act_faults", "breaks", "outline_faults"]
