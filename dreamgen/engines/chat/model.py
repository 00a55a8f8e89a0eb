"""Which chat model answers, where it is, and how it is asked."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import Field, field_validator

from dreamgen.core.base import Record

Method = Literal["auto", "json_schema", "function_calling", "json_mode", "plain"]
"""How an answer is made to have its shape. auto takes the first of them that the model can do."""


class ChatModel(Record):
    """One chat model. The recipe's table `[chat]`.

    The key is read from the environment when a call is made, and is nowhere else: not in this record, a file or a log.
    """

    model: str = ""
    """`provider:name` of LangChain (openai:gpt-5-mini, ollama:llama3.1, anthropic:claude-sonnet-5), the name that the
    server at `base_url` knows, or a local folder with weights in transformers' layout."""
    base_url: str = ""
    """An OpenAI-compatible server, such as http://localhost:8000/v1; empty asks the provider."""
    key_env: str = ""
    """The environment variable with the key; empty for the provider's usual one."""
    temperature: float = Field(default=0.7, ge=0.0, le=2.0)
    """How freely it writes."""
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    """Share of the likeliest tokens that it draws from."""
    max_output_tokens: int = Field(default=8192, ge=16)
    """Of one answer. A longer one is cut off, and asked for again."""
    method: Method = "auto"
    """How the shape is asked for."""
    asks: int = Field(default=3, ge=1, le=10)
    """How often one thing is asked for, with what was wrong, before it is given up."""
    device: str = Field(default="auto", exclude=True)
    """For a local folder: auto, cpu, cuda, cuda:1."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """For a local folder."""
    concurrency: int = Field(default=8, ge=1, exclude=True)
    """Most calls in flight at once."""
    requests_per_minute: float = Field(default=0.0, ge=0.0, exclude=True)
    """Most calls that are begun in a minute; 0 for no limit."""
    timeout: float = Field(default=180.0, gt=0.0, exclude=True)
    """Seconds without a word from the server, after which a call is given up; every byte begins them anew, so an answer
    that trickles in may take longer. inf waits as long as the provider's library does."""
    tries: int = Field(default=6, ge=1, exclude=True)
    """Tries of one call, while the server is busy, fails or does not answer."""
    max_calls: int = Field(default=0, ge=0, exclude=True)
    """Most calls for a run's folder, those of earlier tries included; 0 for no limit."""
    max_tokens: int = Field(default=0, ge=0, exclude=True)
    """Most tokens in and out for a run's folder, those of earlier tries included; 0 for no limit."""

    @field_validator("model")
    @classmethod
    def _written_out(cls, model: str) -> str:
        # one folder has one name, whoever reads it: the loader, the keys of answers and those of stories
        return os.path.expanduser(model.strip())
