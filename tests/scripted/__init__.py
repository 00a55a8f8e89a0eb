"""A language model without a model: a server on 127.0.0.1 that answers by script, and misbehaves on demand."""

from __future__ import annotations

from tests.scripted.asked import Asked
from tests.scripted.behaving import Behave
from tests.scripted.server import ScriptedServer
from tests.scripted.told import Told

__all__ = ["Asked", "Behave", "ScriptedServer", "Told"]
