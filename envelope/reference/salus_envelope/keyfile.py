"""The key file: age's format with one passphrase, and strict JSON in it."""

import base64
import json
import os
import re
import unicodedata
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .common import Refused, fixed, hmac_sha256, same
from .records import load_private_key

MOST = 1_048_576
CHUNK = 65_536
WRITTEN_FACTOR = 17
MOST_FACTOR = 18
INTRO = b"age-encryption.org/v1\n-> scrypt "
HEADER = re.compile(
    re.escape(INTRO) + rb"([A-Za-z0-9+/]{22}) ([1-9][0-9]{0,2})\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n"
)


def _to_base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    data = base64.b64decode(text + b"=" * (-len(text) % 4))
    if _to_base64(data) != text:
        raise Refused("key-file-damaged")
    return data


def _age_key(ikm: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(ikm)


def _recipient(passphrase: str, salt: bytes, factor: int) -> ChaCha20Poly1305:
    kdf = Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 1 << factor, 8, 1)
    return ChaCha20Poly1305(kdf.derive(passphrase.encode()))


def normal(text: str) -> str:
    """As a writer takes it: without a byte-order mark at the start and the line's end, in NFC."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r"))


def _chunk_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def encrypt(content: bytes, passphrase: str, factor: int = WRITTEN_FACTOR) -> bytes:
    """An age file with one passphrase."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    body = _recipient(normal(passphrase), salt, factor).encrypt(bytes(12), file_key, None)
    header = INTRO + b"%s %d\n%s\n---" % (_to_base64(salt), factor, _to_base64(body))
    out = header + b" " + _to_base64(hmac_sha256(_age_key(file_key, None, b"header"), header)) + b"\n" + nonce
    stream = ChaCha20Poly1305(_age_key(file_key, nonce, b"payload"))
    for at in range(0, max(1, len(content)), CHUNK):
        chunk_nonce = _chunk_nonce(at // CHUNK, at + CHUNK >= len(content))
        out += stream.encrypt(chunk_nonce, content[at : at + CHUNK], None)
    return out


def decrypt(file: bytes, passphrase: str) -> bytes:
    """The content of an age file with one passphrase."""
    if len(file) > MOST:
        raise Refused("key-file-size")
    if not file.startswith(INTRO):
        raise Refused("key-file-format")
    found = HEADER.match(file)
    if not found or int(found[2]) > 255 or len(file) < found.end() + 16:
        raise Refused("key-file-damaged")
    salt, body, mac = (_from_base64(found[i]) for i in (1, 3, 4))
    if int(found[2]) > MOST_FACTOR:
        raise Refused("key-file-work-factor")
    file_key = None
    for text in dict.fromkeys((normal(passphrase), passphrase)):
        try:
            file_key = _recipient(text, salt, int(found[2])).decrypt(bytes(12), body, None)
            break
        except (InvalidTag, UnicodeEncodeError):
            continue
    if file_key is None:
        raise Refused("key-file-passphrase")
    header, payload = file[: found.start(4) - 1], file[found.end() :]
    if not same(hmac_sha256(_age_key(file_key, None, b"header"), header), mac):
        raise Refused("key-file-damaged")
    nonce, stream = payload[:16], payload[16:]
    cipher = ChaCha20Poly1305(_age_key(file_key, nonce, b"payload"))
    content = b""
    try:
        for at in range(0, max(1, len(stream)), CHUNK + 16):
            chunk = stream[at : at + CHUNK + 16]
            plaintext = cipher.decrypt(_chunk_nonce(at // (CHUNK + 16), at + CHUNK + 16 >= len(stream)), chunk, None)
            if at and not plaintext:
                raise Refused("key-file-damaged")
            content += plaintext
    except (InvalidTag, ValueError):
        raise Refused("key-file-damaged") from None
    return content


class _Object(list):
    """A JSON object as a list of its fields, so that none is lost."""


class _Number(str):
    """A JSON number as it is written."""


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _fields(value: Any, names: set[str]) -> dict[str, Any]:
    """The fields of an object that has each of these once, and no others."""
    if not isinstance(value, _Object) or len(value) != len(names) or {k for k, _ in value} != names:
        raise ValueError("not the right fields")
    return dict(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or isinstance(value, _Object):
        raise ValueError("not a list")
    return value


def _whole_number(value: Any) -> int:
    if not isinstance(value, _Number) or not re.fullmatch("0|[1-9][0-9]{0,9}", value) or int(value) > 0xFFFFFFFF:
        raise ValueError("not a whole number of 32 bits")
    return int(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise ValueError("not a string")
    value.encode()  # raises a ValueError at half a surrogate pair
    return value


def _hex(value: Any, length: int | None = None) -> bytes:
    if not re.fullmatch("([0-9A-Fa-f]{2})*", _text(value)):
        raise ValueError("not hex")
    data = bytes.fromhex(value)
    return data if length is None else fixed(data, length)


def parse(content: bytes) -> dict[str, Any]:
    """The members of a key file's content, with bytes in place of hex."""
    try:
        value = json.loads(
            content.decode("utf-8"), object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number,
            parse_constant=_no_constant,
        )
        versions = [v for k, v in value if k == "version"] if isinstance(value, _Object) else []
        if len(versions) != 1:
            raise ValueError("not an object with one version")
        version = _whole_number(versions[0])
    except (ValueError, RecursionError):
        raise Refused("key-file-content") from None
    if version != 1:
        raise Refused("key-file-version")
    try:
        fields = _fields(value, {"version", "account_seed", "keys", "names"})
        keys = [_fields(key, {"version", "pkcs8"}) for key in _list(fields["keys"])]
        names = [_fields(name, {"name", "salt"}) for name in _list(fields["names"])]
        result = {
            "version": 1,
            "account_seed": _hex(fields["account_seed"], 32),
            "keys": [{"version": _whole_number(k["version"]), "pkcs8": _hex(k["pkcs8"])} for k in keys],
            "names": [{"name": _text(n["name"]), "salt": _hex(n["salt"], 32)} for n in names],
        }
    except ValueError:
        raise Refused("key-file-content") from None
    for key in result["keys"]:
        load_private_key(key["pkcs8"])
    return result


def to_json(members: dict[str, Any]) -> bytes:
    """The content of a key file as JSON, with hex in lower case."""
    return json.dumps(members, ensure_ascii=False, default=bytes.hex).encode()


def read(file: bytes, passphrase: str) -> dict[str, Any]:
    return parse(decrypt(file, passphrase))


def write(members: dict[str, Any], passphrase: str, factor: int = WRITTEN_FACTOR) -> bytes:
    """A key file. Refuses members that no reader would take."""
    content = to_json(members)
    parse(content)
    file = encrypt(content, passphrase, factor)
    if len(file) > MOST:
        raise Refused("key-file-size")
    return file
