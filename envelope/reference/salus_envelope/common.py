"""What the formats share: refusals, keys, ciphers, SCALE, names and Padmé."""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Refused(Exception):
    """The input is refused. `check` is the name of the first check that failed."""

    def __init__(self, check: str, segment: int | None = None):
        super().__init__(check)
        self.check = check
        self.segment = segment


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, *parts: bytes) -> bytes:
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(part)
    return mac.digest()


def same(a: bytes, b: bytes) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(a, b)


def derive(record_key: bytes, salt: bytes, info: str) -> bytes:
    """HKDF-SHA-256 of the record key: 32 bytes."""
    fixed(record_key, 32)
    return HKDF(hashes.SHA256(), 32, salt or None, info.encode()).derive(record_key)


def aes_cbc_encrypt(key: bytes, iv: bytes, padded: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor().update(padded)


def aes_cbc_decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor().update(ciphertext)


def pad(plaintext: bytes) -> bytes:
    """Adds PKCS#7 padding."""
    n = 16 - len(plaintext) % 16
    return plaintext + bytes([n]) * n


def padding_length(padded: bytes) -> int | None:
    """The length of right PKCS#7 padding, or None if it is wrong."""
    n = padded[-1]
    return n if 1 <= n <= 16 and padded[-n:] == bytes([n]) * n else None


def u16(n: int) -> bytes:
    return n.to_bytes(2, "little")


def u32(n: int) -> bytes:
    return n.to_bytes(4, "little")


def u64(n: int) -> bytes:
    return n.to_bytes(8, "little")


def fixed(data: bytes, length: int) -> bytes:
    """The data itself, if it is that long."""
    if len(data) != length:
        raise ValueError(f"{len(data)} bytes where {length} are needed")
    return data


def scale_bytes(data: bytes) -> bytes:
    """A SCALE byte string: its length as a compact number, then its bytes."""
    n = len(data)
    if n >= 16384:
        raise ValueError("too long for this format")
    return (bytes([4 * n]) if n < 64 else u16(4 * n + 1)) + data


def scale_text(text: str) -> bytes:
    return scale_bytes(text.encode())


class Decoder:
    """Reads SCALE. Raises ValueError where the bytes are not valid."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def take(self, n: int) -> bytes:
        part = self.data[self.at : self.at + n]
        if len(part) != n:
            raise ValueError("the bytes end too early")
        self.at += n
        return part

    def number(self, n: int) -> int:
        return int.from_bytes(self.take(n), "little")

    def text(self) -> str:
        first = self.number(1)
        if first % 4 == 0:
            length = first // 4
        elif first % 4 == 1:
            length = (first + 256 * self.number(1)) // 4
            if length < 64:
                raise ValueError("a length in more bytes than it needs")
        else:
            raise ValueError("a length that is too long")
        return self.take(length).decode("utf-8")

    def end(self) -> None:
        if self.at != len(self.data):
            raise ValueError("bytes are left over")


def check_name(name: str, most: int = 255) -> None:
    """Raises ValueError unless the name follows the rules for names."""
    if not 1 <= len(name.encode()) <= most or FORBIDDEN.search(name):
        raise ValueError("not a valid name")


def short_name(name: str) -> str:
    """The short form of a name: at most 62 bytes."""
    whole = name.encode()
    if len(whole) <= 62:
        return name
    found = re.search(r"\.[A-Za-z0-9]{1,10}\Z", name)
    end = "…" + sha256(whole)[:4].hex() + (found[0] if found else "")
    start = whole[: 62 - len(end.encode())]
    return start.decode("utf-8", "ignore") + end


def padme(length: int) -> int:
    """The padded size of a length."""
    if length < 2:
        return length
    e = length.bit_length() - 1
    s = e.bit_length()
    m = (1 << (e - s)) - 1
    return (length + m) & ~m


def fingerprint(data: bytes) -> str:
    """SHA-256 in hex, in 16 groups of four digits."""
    return re.sub("(....)(?!$)", r"\1 ", sha256(data).hex())
