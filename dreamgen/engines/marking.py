"""Says in a video file that no camera recorded it: XMP metadata with IPTC's digital source type.

XMP lies in an mp4 as a `uuid` box beside the film (XMP Specification Part 3, ISO base media), so no frame and no offset
changes: it is put behind everything else. Players skip it, FFmpeg and tools for photographers read it. Joining or
encoding the film anew drops it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, Literal
from uuid import UUID

from dreamgen.errors import DreamgenError

Pictures = Literal["drawn", "generated"]

SOURCE_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "drawn": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        "generated": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    }
)
"""How the pictures of a clip came about to IPTC's word for it: by an algorithm that learnt from nothing, or by one that
was trained. Of footage that was found nobody here can say anything."""

_XMP: Final = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
_PROPERTY: Final = re.compile(rb'Iptc4xmpExt:DigitalSourceType="([^"]+)"')
_PACKET: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    Iptc4xmpExt:DigitalSourceType="{source_type}"
    xmp:CreatorTool="dreamgen"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def mark_video(path: Path, pictures: Pictures) -> None:
    """Writes into an mp4 that it is synthetic; the same bytes for the same film.

    Args:
        path: the file, which has no mark yet; it grows by some 500 bytes.
        pictures: how they came about.
    """
    packet = _PACKET.format(source_type=SOURCE_TYPES[pictures]).encode("utf-8")
    with path.open("ab") as file:
        file.write(struct.pack(">I4s16s", 24 + len(packet), b"uuid", _XMP) + packet)


def source_type_of(path: Path) -> str:
    """The digital source type that an mp4 says of itself; empty where it says none.

    Raises:
        DreamgenError: when the file can't be read.
    """
    try:
        with path.open("rb") as file:
            for packet in _packets(file):
                if found := _PROPERTY.search(packet):
                    return found[1].decode("ascii", "replace")
    except OSError as error:
        raise DreamgenError(f"{path} can't be read: {error.strerror}", "Check the path.") from error
    return ""


def _packets(file: BinaryIO) -> Iterator[bytes]:
    """The XMP of each top-level box that holds some; stops at the first thing that is no box."""
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        inside = size - 8
        if size == 1:  # the size is too large for 32 bits, and follows
            wide = file.read(8)
            inside = struct.unpack(">Q", wide)[0] - 16 if len(wide) == 8 else -1
        if inside < 0:  # also 0, up to the end of the file: nothing comes after it
            return
        start = file.tell()
        if kind == b"uuid" and inside >= 16 and file.read(16) == _XMP:
            yield file.read(inside - 16)
        file.seek(start + inside)
