"""Which vision-language model looks, where it is, and how it is asked."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import Field, field_validator

from dreamgen.core.base import Record


class VisionModel(Record):
    """One vision-language model. The recipe's table `[vision]`.

    The key is read from the environment when a call is made, and is nowhere else: not in this record, a file or a log.
    """

    model: str = ""
    """A local folder in transformers' layout, a name on the hub (Qwen/Qwen3-VL-4B-Instruct) for this process, the name
    that the server at `base_url` knows, or `provider:name` of LangChain (openai:gpt-5-mini)."""
    base_url: str = ""
    """An OpenAI-compatible server that takes pictures, such as vLLM's or SGLang's http://localhost:8000/v1."""
    key_env: str = ""
    """The environment variable with the key; empty for the provider's usual one."""
    family: str = ""
    """Whose kin it is: qwen, llama, gemini. Empty reads it from the model's name or its config.json. A model should not
    judge what its own kin wrote."""
    frames: int = Field(default=16, ge=1, le=256)
    """Frames of a clip that it sees, spread over the clip's whole length."""
    side: int = Field(default=448, ge=28)
    """Pixels of the longer side of those frames."""
    parts: Literal["pictures", "video"] = "pictures"
    """How a server is shown them: as pictures, each after its time, or as one small film, where it takes films."""
    max_output_tokens: int = Field(default=256, ge=1)
    """Of an answer in free words; a choice takes one or two."""
    device: str = Field(default="auto", exclude=True)
    """In this process: auto, cpu, cuda, cuda:1."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """In this process."""
    batch: int = Field(default=16, ge=1, exclude=True)
    """In this process: questions about one clip that are answered at once."""
    concurrency: int = Field(default=8, ge=1, exclude=True)
    """Most calls to a server in flight at once."""
    requests_per_minute: float = Field(default=0.0, ge=0.0, exclude=True)
    """Most calls that are begun in a minute; 0 for no limit."""
    timeout: float = Field(default=180.0, gt=0.0, exclude=True)
    """Seconds without a word from the server, after which a call is given up."""
    tries: int = Field(default=6, ge=1, exclude=True)
    """Tries of one call, while the server is busy, fails or does not answer."""
    max_calls: int = Field(default=0, ge=0, exclude=True)
    """Most calls for a run's folder, those of earlier tries included; 0 for no limit."""
    max_tokens: int = Field(default=0, ge=0, exclude=True)
    """Most tokens in and out for a run's folder, those of earlier tries included; 0 for no limit."""

    @field_validator("model")
    @classmethod
    def _written_out(cls, model: str) -> str:
        # one folder has one name, whoever reads it
        return os.path.expanduser(model.strip())
