"""The providers of hosted models, and the packages of LangChain that speak with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dreamgen.engines.accelerators import installed
from dreamgen.engines.chat.secrets import scrub
from dreamgen.engines.chat.silence import quiet
from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError, unknown_name

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

PROVIDERS: Final = {
    "anthropic": ("langchain_anthropic", "ANTHROPIC_API_KEY"),
    "anthropic_bedrock": ("langchain_aws", ""),
    "azure_ai": ("langchain_azure_ai", ""),
    "azure_openai": ("langchain_openai", ""),
    "baseten": ("langchain_baseten", ""),
    "bedrock": ("langchain_aws", ""),
    "bedrock_converse": ("langchain_aws", ""),
    "cohere": ("langchain_cohere", "COHERE_API_KEY"),
    "deepseek": ("langchain_deepseek", "DEEPSEEK_API_KEY"),
    "fireworks": ("langchain_fireworks", "FIREWORKS_API_KEY"),
    "google_anthropic_vertex": ("langchain_google_vertexai", ""),
    "google_genai": ("langchain_google_genai", ""),
    "google_vertexai": ("langchain_google_vertexai", ""),
    "groq": ("langchain_groq", "GROQ_API_KEY"),
    "huggingface": ("langchain_huggingface", ""),
    "ibm": ("langchain_ibm", ""),
    "litellm": ("langchain_litellm", ""),
    "mistralai": ("langchain_mistralai", "MISTRAL_API_KEY"),
    "nvidia": ("langchain_nvidia_ai_endpoints", ""),
    "ollama": ("langchain_ollama", ""),
    "openai": ("langchain_openai", "OPENAI_API_KEY"),
    "openrouter": ("langchain_openrouter", "OPENROUTER_API_KEY"),
    "perplexity": ("langchain_perplexity", ""),
    "together": ("langchain_together", "TOGETHER_API_KEY"),
    "upstage": ("langchain_upstage", "UPSTAGE_API_KEY"),
    "xai": ("langchain_xai", "XAI_API_KEY"),
}
"""Each with the package that speaks with it, and where its key is looked for; empty where it needs none, takes several
kinds of credentials, or one of several variables. LangChain comes to know others, which are simply tried."""

_TIMEOUTS: Final = {"cohere": "timeout_seconds", "litellm": "request_timeout"}
"""LangChain's word for how long a call may take, where it is another than timeout."""


class MissingProvider(MissingExtra):
    """The package that speaks with a provider is not installed.

    Args:
        package: as pip calls it.
        provider: as LangChain calls it.
    """

    def __init__(self, package: str, provider: str) -> None:
        DreamgenError.__init__(
            self, f"chat.model = {provider}:… needs {package}, which is not installed", f"pip install {package}"
        )


def patience(provider: str, seconds: float) -> dict[str, Any]:
    """The option by which a provider's class is told how long to wait; nothing where it may wait for ever."""
    if math.isinf(seconds):
        return {}
    if provider == "ollama":
        # it has no such field of its own, and ignores what it does not know
        return {"client_kwargs": {"timeout": seconds}}
    return {_TIMEOUTS.get(provider, "timeout"): seconds}


def heard(provider: str, client: BaseChatModel, options: Mapping[str, Any]) -> None:
    """Makes sure that an opened model has taken what must not get lost: several classes ignore what they don't know.

    Raises:
        UsageError: when it takes no time, or no key.
    """
    words = {word for name, field in type(client).model_fields.items() for word in (name, field.alias)}
    if any(word not in words for word in patience(provider, 1.0) if word in options):
        hint = "Add --set chat.timeout=inf to wait however long, or ask a server with --base-url (chat.base_url)."
        raise UsageError(f"{provider} takes no chat.timeout, so a call could hang for ever", hint)
    if "api_key" in options and "api_key" not in words:
        hint = "Leave it away, and put the key where the provider's package looks for it."
        raise UsageError(f"{provider} takes no key from chat.key_env", hint)


def opening_error(provider: str, name: str, error: Exception) -> DreamgenError:
    """What LangChain means when it does not open a model."""
    if isinstance(error, ImportError):
        # it names the package at the end of what it says
        _, found, package = str(error).rpartition("pip install ")
        return MissingProvider(
            package.strip(" `.'\"") if found else f"langchain-{provider.replace('_', '-')}", provider
        )
    _, listed, providers = str(error).partition("Supported model providers are: ")
    if listed:
        return unknown_name("provider of chat models", provider, providers.split("\n", 1)[0].split(", "))
    said = " ".join(scrub(str(error)).split())[:300] or type(error).__name__
    return ModelError(f"{provider}:{name} can't be opened: {said}", "Look at what the provider's package needs.")


def known(provider: str) -> None:
    """Makes sure that LangChain knows a provider, and that the package which speaks with it is there.

    Raises:
        UsageError: for a provider that nobody knows.
        MissingProvider: without its package.
    """
    package = PROVIDERS.get(provider, ("", ""))[0]
    if package:
        if not installed(package):
            raise MissingProvider(package.replace("_", "-"), provider)
        return
    from langchain.chat_models import init_chat_model

    wrong: DreamgenError | None = None
    try:
        with quiet():
            init_chat_model("any", model_provider=provider)
    except Exception as error:
        wrong = opening_error(provider, "any", error)
    # a key that is missing, or anything else that only the real call can tell, is no matter here
    if isinstance(wrong, MissingExtra | UsageError):
        raise wrong
