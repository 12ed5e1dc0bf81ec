"""Seals and opens envelopes, and reads one leaf alone."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from . import dag
from .common import (
    Refused, aes_cbc_decrypt, aes_cbc_encrypt, derive, fixed, hmac_sha256, pad, padding_length, padme, same,
    short_name, u16, u32, u64,
)
from .records import Manifest, blinded_hash, manifest_message, open_name, patient_id, verify

MAGIC = b"salusenv"
HEADER = 48
LEAF = dag.LEAF
MOST_MANIFEST = 584
TAIL = MOST_MANIFEST + 66
HOUR = 3_600_000
CLOCK = 600_000


@dataclass(frozen=True)
class Expected:
    """What the chain tells of a record. A `provider` of None is the patient; an `account` of None is not told."""

    hash: bytes
    patient: bytes
    provider: int | None
    account: bytes | None
    region: int
    genesis: bytes
    amends: bytes | None
    sealed_name: bytes
    added_at: int
    development: bool = False


@dataclass(frozen=True)
class Opened:
    manifest: Manifest
    document_hash: bytes
    signature: bytes
    message: bytes


@dataclass(frozen=True)
class Sealed:
    manifest: Manifest
    hash: bytes
    message: bytes
    root: dag.Tree
    nodes: dict[bytes, bytes]


@dataclass(frozen=True)
class Part:
    """The document's bytes in one leaf. Nothing proves that the author signed them."""

    offset: int
    document: bytes
    ends_document: bool


class _Keys:
    def __init__(self, record_key: bytes, header: bytes):
        self.header = header
        nonce = header[12:44]
        self.cipher = derive(record_key, nonce, "salus/envelope/v1/aes-256-cbc")
        self.mac = derive(record_key, nonce, "salus/envelope/v1/hmac-sha-256")

    def tag(self, number: int, last: bool, iv: bytes, ciphertext: bytes) -> bytes:
        return hmac_sha256(self.mac, self.header, u64(number), bytes([last]), iv, ciphertext)

    def seal(self, number: int, last: bool, iv: bytes, plaintext: bytes) -> bytes:
        ciphertext = aes_cbc_encrypt(self.cipher, fixed(iv, 16), pad(plaintext))
        return iv + ciphertext + self.tag(number, last, iv, ciphertext)

    def open(self, number: int, last: bool, segment: bytes) -> tuple[int, bytes]:
        """The count and the payload of a segment whose length is right."""
        iv, ciphertext, tag = segment[:16], segment[16:-32], segment[-32:]
        if not same(self.tag(number, last, iv, ciphertext), tag):
            raise Refused("tag", number)
        plaintext = aes_cbc_decrypt(self.cipher, iv, ciphertext)
        n = padding_length(plaintext)
        if n is None or len(plaintext) - n < 5 or (n != 1 and not last):
            raise Refused("segment-padding", number)
        count = int.from_bytes(plaintext[:4], "little")
        payload = plaintext[4:-n]
        if count > len(payload):
            raise Refused("count", number)
        return count, payload


def _most_payload(number: int) -> int:
    return 1_048_523 if number else 1_048_475


def _payload_start(number: int) -> int:
    return 1_048_475 + (number - 1) * 1_048_523 if number else 0


def _check_header(leaf: bytes) -> bytes:
    if len(leaf) < HEADER or leaf[:8] != MAGIC:
        raise Refused("magic")
    if leaf[8:10] != u16(1):
        raise Refused("version")
    if leaf[10:12] != u16(1):
        raise Refused("suite")
    if any(leaf[44:48]):
        raise Refused("reserved")
    return leaf[:HEADER]


def _segment_of(leaf: bytes, number: int) -> bytes:
    segment = leaf if number else leaf[HEADER:]
    if not 64 <= len(segment) <= (LEAF if number else LEAF - HEADER) or len(segment) % 16:
        raise Refused("segment-length", number)
    return segment


def _leaves(source: BinaryIO, size: int | None) -> Iterator[tuple[bytes, bool]]:
    """Cuts the source into leaves, each with whether it is the last. An empty source gives one empty leaf."""
    total = 0

    def read() -> bytes:
        nonlocal total
        leaf = b""
        while piece := source.read(LEAF - len(leaf)):
            leaf += piece
        total += len(leaf)
        if size is not None and total > size:
            raise Refused("cid")
        return leaf

    leaf = read()
    while following := read():
        yield leaf, False
        leaf = following
    if size not in (None, total):
        raise Refused("cid")
    yield leaf, True


def open_envelope(
    source: BinaryIO, sink: BinaryIO, record_key: bytes, expected: Expected, size: int | None = None,
    directory: str | None = None,
) -> Opened:
    """The full read. The sink gets the document after the last check, or nothing.

    `size` is the size that the chain tells, if it does. Until the last check a document of more than
    1 MiB is in a file without a name in `directory`.
    """
    with tempfile.SpooledTemporaryFile(LEAF, dir=directory) as place:
        opened = _read(source, place, record_key, expected, size)
        place.seek(0)
        shutil.copyfileobj(place, sink, LEAF)
    return opened


def _read(source: BinaryIO, place: BinaryIO, record_key: bytes, expected: Expected, size: int | None) -> Opened:
    keys: _Keys | None = None
    hasher = hashlib.sha256()
    document = payload_size = 0
    ended = nonzero = False
    tail = b""  # the last bytes after the document
    for number, (leaf, last) in enumerate(_leaves(source, size)):
        if keys is None:
            keys = _Keys(record_key, _check_header(leaf))
        count, payload = keys.open(number, last, _segment_of(leaf, number))
        if ended and count:
            raise Refused("count", number)
        ended = ended or count < len(payload)
        place.write(payload[:count])
        hasher.update(payload[:count])
        document += count
        payload_size += len(payload)
        tail += payload[count:]
        nonzero = nonzero or bool(tail[:-TAIL].strip(b"\0"))
        tail = tail[-TAIL:]

    # `tail` holds all after the document, or the last 650 bytes of it. No manifest is longer.
    length = int.from_bytes(tail[-2:], "little")
    signature = tail[-66:-2]
    start = len(tail) - 66 - length
    if start < 0:
        raise Refused("manifest")
    try:
        manifest = Manifest.decode(tail[start:-66])
    except ValueError:
        raise Refused("manifest") from None
    if nonzero or any(tail[:start]):
        raise Refused("padding")
    if payload_size != padme(document + length + 66):
        raise Refused("padded-size")
    if manifest.length != document:
        raise Refused("document-length")
    document_hash = hasher.digest()
    if not same(blinded_hash(record_key, document_hash), expected.hash):
        raise Refused("hash")
    _check_with_chain(manifest, record_key, expected)
    message = manifest_message(manifest, document_hash)
    if not verify(manifest.account, message, signature):
        raise Refused("signature")
    return Opened(manifest, document_hash, signature, message)


def _check_with_chain(manifest: Manifest, record_key: bytes, expected: Expected) -> None:
    for check in ("patient", "provider", "region", "genesis", "amends"):
        if getattr(manifest, check) != getattr(expected, check):
            raise Refused("author" if check == "provider" else check)
    account = expected.account
    if manifest.provider is None:
        proof = patient_id(expected.genesis, manifest.founding_account, manifest.founding_commitment)
        if proof != expected.patient:
            raise Refused("patient-proof")
        if account is None:
            account = manifest.founding_account
    if manifest.account != account:
        raise Refused("account")
    try:
        name = open_name(record_key, expected.sealed_name)
    except Refused:
        raise Refused("name") from None
    if name != short_name(manifest.name):
        raise Refused("name")
    if not expected.development and manifest.time > expected.added_at + HOUR:
        raise Refused("time")


def read_leaf(fetch: Callable[[bytes], bytes], cid: bytes, size: int, number: int, record_key: bytes) -> Part:
    """Checks one leaf without the others. `fetch` gives the block that a CID names."""
    leaves = -(-size // LEAF)
    if number >= leaves:
        raise Refused("segment-length", number)
    if not dag.right_cid(cid, dag.RAW if leaves == 1 else dag.NODE):
        raise Refused("cid")
    leaf = dag.fetch_leaf(fetch, cid, leaves, number)
    header = _check_header(dag.fetch_leaf(fetch, cid, leaves, 0))
    if len(leaf) != min(LEAF, size - number * LEAF):
        raise Refused("segment-length", number)
    count, payload = _Keys(record_key, header).open(number, number == leaves - 1, _segment_of(leaf, number))
    return Part(_payload_start(number), payload[:count], count < len(payload))


class _Writer:
    """Cuts a payload into segments, and gives each leaf to `put`."""

    def __init__(self, put: Callable[[bytes], None], keys: _Keys, ivs: Iterator[bytes] | None):
        self.put, self.keys, self.ivs = put, keys, ivs
        self.buffer = bytearray()
        self.number = 0
        self.document: int | None = None

    def write(self, data: bytes) -> None:
        self.buffer += data
        while len(self.buffer) > (most := _most_payload(self.number)):
            self._segment(most, False)

    def close(self) -> None:
        self._segment(len(self.buffer), True)

    def _segment(self, length: int, last: bool) -> None:
        payload = bytes(self.buffer[:length])
        del self.buffer[:length]
        count = length
        if self.document is not None:
            count = max(0, min(length, self.document - _payload_start(self.number)))
        iv = os.urandom(16) if self.ivs is None else next(self.ivs)
        segment = self.keys.seal(self.number, last, iv, u32(count) + payload)
        self.put(segment if self.number else self.keys.header + segment)
        self.number += 1


def seal(
    source: BinaryIO, sink: BinaryIO, record_key: bytes, draft: Manifest, sign: Callable[[bytes], bytes],
    nonce: bytes | None = None, ivs: Iterator[bytes] | None = None,
) -> Sealed:
    """Writes the envelope of a document to the sink. The draft's length does not matter.

    `sign` gives the account's signature over the message. Give nonce and IVs only to reproduce a vector.
    """
    draft.encode()
    if draft.provider is None:
        if patient_id(draft.genesis, draft.founding_account, draft.founding_commitment) != draft.patient:
            raise ValueError("the proof does not give the patient's id")
    nonce = os.urandom(32) if nonce is None else nonce
    header = MAGIC + u16(1) + u16(1) + fixed(nonce, 32) + bytes(4)
    trees: list[dag.Tree] = []

    def put(leaf: bytes) -> None:
        sink.write(leaf)
        trees.append(dag.leaf_tree(leaf))

    writer = _Writer(put, _Keys(record_key, header), ivs)
    hasher = hashlib.sha256()
    length = 0
    while piece := source.read(LEAF):
        hasher.update(piece)
        length += len(piece)
        writer.write(piece)
    writer.document = length
    manifest = replace(draft, length=length)
    message = manifest_message(manifest, hasher.digest())
    signature = fixed(sign(message), 64)
    if not verify(manifest.account, message, signature):
        raise ValueError("the signature is not the account's")
    encoded = manifest.encode()
    without = length + len(encoded) + 66
    zeros = padme(without) - without
    while zeros:
        writer.write(bytes(min(zeros, LEAF)))
        zeros -= min(zeros, LEAF)
    writer.write(encoded + signature + u16(len(encoded)))
    writer.close()
    root, nodes = dag.build(trees)
    return Sealed(manifest, blinded_hash(record_key, hasher.digest()), message, root, nodes)


def check_clock(now: int, chain_time: int) -> None:
    """Raises ValueError if the writer's clock and the chain's differ by ten minutes or more."""
    if abs(now - chain_time) >= CLOCK:
        raise ValueError("the clock and the chain's differ by 600,000 milliseconds or more")
