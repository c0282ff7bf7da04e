"""FLAC, Ogg and MP3: their comments and tags. Pure."""

from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Cut, Gathered, View, decoded

MAX_COMMENTS = 1_000
_STREAM_BLOCK, _COMMENT_BLOCK = 0, 4
"""FLAC's types of the block about the stream, and of one of Vorbis comments."""
_OGG_STARTS = (b"OpusTags", b"\x03vorbis")
MAX_OGG_PAGES = 4_096
"""Of 64 KB at the most: those that comments may take."""
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
"""ID3's encodings by number."""


def walk_flac(view: View, found: Gathered) -> None:
    """Metadata blocks, up to the sound."""
    offset, is_last = 4, False
    while not is_last:
        view.step()
        head, length = view.number(offset, 1), view.number(offset + 1, 3)
        is_last = bool(head & 0x80)
        if head & 0x7F == _STREAM_BLOCK and length >= 18:
            numbers = view.number(offset + 14, 8)  # 20 bits of rate, 8 of others, 36 of samples
            rate, samples = numbers >> 44, numbers & 2**36 - 1
            found.lasts(samples / rate if rate else 0.0)
        if head & 0x7F == _COMMENT_BLOCK:
            _read_comments(view.read(offset + 4, length), found)
        offset += 4 + length


def walk_ogg(view: View, found: Gathered) -> None:
    """The first packets of the first stream; its second one holds the comments."""
    packet, offset, packets = bytearray(), 0, 0
    for _ in range(MAX_OGG_PAGES):
        view.step()
        head = view.read(offset, 27)
        if head[:4] != b"OggS":
            raise Cut
        laces = view.read(offset + 27, head[26])
        body = view.read(offset + 27 + len(laces), sum(laces))
        offset += 27 + len(laces) + len(body)
        for lace in laces:
            packet += body[:lace]
            body = body[lace:]
            if lace < 255:
                packets += 1
                start = next((one for one in _OGG_STARTS if packet.startswith(one)), b"")
                if start:
                    _read_comments(bytes(packet[len(start) :]), found)
                if start or packets > 2:
                    return
                packet.clear()
        if len(packet) > MAX_TEXT_BYTES:
            return


def _read_comments(data: bytes, found: Gathered) -> None:
    """Vorbis comments: lengths in little endian, ``KEY=text`` in UTF-8."""

    def number(offset: int) -> int:
        return int.from_bytes(data[offset : offset + 4], "little")

    offset = 4 + number(0)
    count, offset = number(offset), offset + 4
    for _ in range(min(count, MAX_COMMENTS)):
        length, offset = number(offset), offset + 4
        if offset + length > len(data):
            raise Cut
        key, _, text = decoded(data[offset : offset + length]).partition("=")
        found.text(key, text)
        offset += length


def walk_mp3(view: View, found: Gathered) -> None:
    """The ID3v2 tag before the sound, where there is one."""
    if view.size < 10 or view.read(0, 3) != b"ID3":
        return
    version, flags = view.number(3, 1), view.number(5, 1)
    length = _synchsafe(view.number(6, 4))
    data = view.read(10, min(length, view.size - 10, MAX_TEXT_BYTES))
    if flags & 0x80 and version < 4:
        data = data.replace(b"\xff\0", b"\xff")
    offset = 0
    if flags & 0x40:
        size = int.from_bytes(data[:4])
        offset = _synchsafe(size) if version == 4 else size + 4
    while version in (3, 4) and data[offset : offset + 4].strip(b"\0"):
        view.step()
        name, size = data[offset : offset + 4], int.from_bytes(data[offset + 4 : offset + 8])
        size = _synchsafe(size) if version == 4 else size
        if offset + 10 + size > len(data):
            raise Cut
        _read_frame(name, data[offset + 10 : offset + 10 + size], found)
        offset += 10 + size


def _read_frame(name: bytes, data: bytes, found: Gathered) -> None:
    if name not in (b"TXXX", b"COMM") or not data or data[0] >= len(_ENCODINGS):
        return
    encoding = _ENCODINGS[data[0]]
    body = data[4:] if name == b"COMM" else data[1:]
    text = body.decode(encoding, "replace")
    key, _, value = text.partition("\0")
    key = key.strip("\ufeff")
    found.text("comment" if name == b"COMM" else key, value)


def _synchsafe(number: int) -> int:
    """Seven bits a byte."""
    return sum((number >> 8 * place & 0x7F) << 7 * place for place in range(4))
