"""Every backend's name. A recipe may also say "package.module:Class" directly: that is how plugins come in."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from dreamgen.errors import UsageError, unknown_name

BACKENDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "story": {
            "rules": "dreamgen.story.writers.rules:RulesWriter",
            "chat": "dreamgen.story.writers.chat:ChatWriter",
        },
        "style": {
            "palette": "dreamgen.style.stylists.palette:PaletteStylist",
            "reference": "dreamgen.style.stylists.reference:ReferenceStylist",
            "inversion": "dreamgen.style.stylists.inversion:InversionStylist",
            "lora": "dreamgen.style.stylists.lora:LoraStylist",
        },
        "render": {
            "storyboard": "dreamgen.render.renderers.storyboard:StoryboardRenderer",
            "diffusion": "dreamgen.render.renderers.diffusion:DiffusionRenderer",
        },
        "clip": {
            "storyboard": "dreamgen.clip.animators.storyboard:StoryboardAnimator",
            "kenburns": "dreamgen.clip.animators.kenburns:KenburnsAnimator",
            "diffusion": "dreamgen.clip.animators.diffusion:DiffusionAnimator",
        },
        "embed": {
            "classic": "dreamgen.annotate.embedders.classic:ClassicEmbedder",
            "network": "dreamgen.annotate.embedders.network:NetworkEmbedder",
        },
        "annotate": {
            "classic": "dreamgen.annotate.annotators.classic:ClassicAnnotator",
            "regions": "dreamgen.annotate.annotators.regions:RegionsAnnotator",
            "objects": "dreamgen.annotate.annotators.objects:ObjectsAnnotator",
            "captions": "dreamgen.annotate.annotators.captions:CaptionsAnnotator",
            "actions": "dreamgen.annotate.annotators.actions:ActionsAnnotator",
        },
        "verify": {
            "pixels": "dreamgen.verify.verifiers.pixels:PixelsVerifier",
            "sight": "dreamgen.verify.verifiers.sight:SightVerifier",
            "vlm": "dreamgen.verify.verifiers.vlm:VlmVerifier",
            "measures": "dreamgen.verify.verifiers.measures:MeasuresVerifier",
        },
        "qa": {
            "programs": "dreamgen.qa.synthesizers.programs:ProgramsSynthesizer",
            "chat": "dreamgen.qa.synthesizers.chat:ChatSynthesizer",
            "mcq": "dreamgen.qa.synthesizers.mcq:McqSynthesizer",
            "fgqa": "dreamgen.qa.synthesizers.fgqa:FgqaSynthesizer",
        },
        "screen": {
            "duplicates": "dreamgen.verify.screeners.duplicates:DuplicatesScreener",
            "priors": "dreamgen.verify.screeners.priors:PriorsScreener",
            "balance": "dreamgen.verify.screeners.balance:BalanceScreener",
            "contamination": "dreamgen.verify.screeners.contamination:ContaminationScreener",
            "shares": "dreamgen.verify.screeners.shares:SharesScreener",
            "blind_text": "dreamgen.verify.screeners.blind_text:BlindTextScreener",
            "blind": "dreamgen.verify.screeners.blind:BlindScreener",
            "single_frame": "dreamgen.verify.screeners.views:SingleFrameScreener",
            "shuffled": "dreamgen.verify.screeners.views:ShuffledScreener",
            "reversed": "dreamgen.verify.screeners.views:ReversedScreener",
        },
        "export": {
            "llava": "dreamgen.export.llava:LlavaExporter",
            "llamavid": "dreamgen.export.llamavid:LlamavidExporter",
            "llamafactory": "dreamgen.export.llamafactory:LlamafactoryExporter",
            "qwenvl": "dreamgen.export.qwenvl:QwenvlExporter",
            "internvl": "dreamgen.export.internvl:InternvlExporter",
            "videollama2": "dreamgen.export.videollama2:Videollama2Exporter",
            "videollama3": "dreamgen.export.videollama3:Videollama3Exporter",
            "plm": "dreamgen.export.plm.training:PlmExporter",
            "plmbench": "dreamgen.export.plm.bench:PlmbenchExporter",
            "huggingface": "dreamgen.export.huggingface:HuggingfaceExporter",
            "captions": "dreamgen.export.captions:CaptionsExporter",
            "hicom": "dreamgen.export.hicom:HicomExporter",
            "webdataset": "dreamgen.export.webdataset:WebdatasetExporter",
            "parquet": "dreamgen.export.parquet:ParquetExporter",
            "swift": "dreamgen.export.swift:SwiftExporter",
            "trl": "dreamgen.export.trl:TrlExporter",
            "labelstudio": "dreamgen.export.labelstudio:LabelstudioExporter",
            "fiftyone": "dreamgen.export.fiftyone:FiftyoneExporter",
            "lmmseval": "dreamgen.export.lmmseval:LmmsevalExporter",
            "vlmevalkit": "dreamgen.export.vlmevalkit:VlmevalkitExporter",
            "mvbench": "dreamgen.export.mvbench:MvbenchExporter",
            "tempcompass": "dreamgen.export.tempcompass:TempcompassExporter",
        },
    }
)
"""Stage, then name, then "module:Class"."""


def build(stage: str, name: str, options: Mapping[str, Any]) -> Any:
    """The backend `name` of a stage, with these options.

    Raises:
        UsageError: for a name, module or option that does not exist, or a value that the option refuses.
    """
    kind = find(stage, name)
    if issubclass(kind, BaseModel):
        for option in options:
            if option not in kind.model_fields:
                raise unknown_name(f"option of the {stage} backend {name!r}:", option, ("backend", *kind.model_fields))
    try:
        return kind(**options)
    except ValidationError as error:
        raise UsageError(*wrong_value(f"{stage}.", error)) from None
    except TypeError as error:
        raise UsageError(f"the {stage} backend {name!r} can't be made: {error}") from None


def find(stage: str, name: str) -> type[Any]:
    """The class behind a backend's name.

    Raises:
        UsageError: when there is none.
    """
    where = name if ":" in name else BACKENDS[stage].get(name)
    if where is None:
        raise unknown_name(f"{stage} backend", name, BACKENDS[stage])
    module, _, attribute = where.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise UsageError(f"the {stage} backend {name!r} is no name of a class", "Write package.module:Class")
    try:
        kind = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise UsageError(f"the {stage} backend {name!r} names the module {module}, which does not exist") from None
    except AttributeError:
        raise UsageError(f"the {stage} backend {name!r} names {attribute}, which {module} does not have") from None
    if not isinstance(kind, type):
        raise UsageError(f"the {stage} backend {name!r} names {attribute}, which is not a class")
    return kind


def wrong_value(prefix: str, error: ValidationError) -> tuple[str, str]:
    """Message and hint for the first value that a record refuses."""
    found = error.errors(include_url=False)
    first = found[0]
    where = _field(first["loc"])
    # a field that takes one of several lists of words complains once for each
    words = [
        str(one["ctx"]["expected"]) for one in found if one["type"] == "literal_error" and _field(one["loc"]) == where
    ]
    hint = f"Input should be {', '.join(words)}" if len(words) > 1 else first["msg"].removeprefix("Value error, ")
    if first["type"] == "tuple_type" and str(first["input"]).startswith("["):  # the shell has taken the quotes away
        hint = f"""Input should be a list; put it into quotes: '{where}=["one", "other"]'"""
    return f"{prefix}{where} can't be {first['input']!r}", hint


def _field(place: tuple[int | str, ...]) -> str:
    """Where a value stands, without the alternative of its type that was tried."""
    return ".".join(str(part) for part in place if "[" not in str(part))
