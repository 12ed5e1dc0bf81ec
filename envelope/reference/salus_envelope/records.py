"""Manifest, signed messages, blinded hash, sealed name, wrapped key, commitment and patient's id."""

import hashlib
import os
from dataclasses import dataclass

import sr25519
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .common import (
    Decoder, Refused, aes_cbc_decrypt, aes_cbc_encrypt, check_name, derive, fingerprint, fixed, hmac_sha256, pad,
    padding_length, same, scale_bytes, scale_text, sha256, short_name, u32, u64,
)


@dataclass(frozen=True)
class Manifest:
    """`provider` is the id of the provider that is the author, or None if the patient is."""

    name: str
    media_type: str
    length: int
    patient: bytes
    provider: int | None
    founding_account: bytes | None
    founding_commitment: bytes | None
    account: bytes
    region: int
    genesis: bytes
    amends: bytes | None
    time: int

    def encode(self) -> bytes:
        """The SCALE bytes. Raises an error if a field breaks the rules."""
        check_name(self.name)
        if not (1 <= len(self.media_type) <= 127 and all(" " <= c <= "~" for c in self.media_type)):
            raise ValueError("not a valid media type")
        if self.provider is None:
            author = b"\0" + fixed(self.founding_account, 32) + fixed(self.founding_commitment, 32)
        else:
            author = b"\1" + u32(self.provider)
        return b"".join([
            scale_text(self.name),
            scale_text(self.media_type),
            u64(self.length),
            fixed(self.patient, 16),
            author,
            fixed(self.account, 32),
            u32(self.region),
            fixed(self.genesis, 32),
            b"\0" if self.amends is None else b"\1" + fixed(self.amends, 32),
            u64(self.time),
        ])

    @staticmethod
    def decode(data: bytes) -> "Manifest":
        """Raises ValueError if the bytes are not the one form of a valid manifest."""
        d = Decoder(data)
        name, media_type, length, patient = d.text(), d.text(), d.number(8), d.take(16)
        provider = founding_account = founding_commitment = None
        match d.number(1):
            case 0:
                founding_account, founding_commitment = d.take(32), d.take(32)
            case 1:
                provider = d.number(4)
            case _:
                raise ValueError("an unknown role")
        account, region, genesis = d.take(32), d.number(4), d.take(32)
        amends = d.take(32) if d.number(1) else None
        manifest = Manifest(
            name, media_type, length, patient, provider, founding_account, founding_commitment, account, region,
            genesis, amends, d.number(8),
        )
        d.end()
        if manifest.encode() != data:
            raise ValueError("not the one form of this manifest")
        return manifest


def blinded_hash(record_key: bytes, document_hash: bytes) -> bytes:
    return sha256(derive(record_key, b"", "salus/hash/v1") + fixed(document_hash, 32))


def commitment(salt: bytes, name: str) -> bytes:
    """A patient's commitment to a name."""
    check_name(name)
    return sha256(scale_text("salus/name/v1") + fixed(salt, 32) + scale_text(name))


def patient_id(genesis: bytes, founding_account: bytes, founding_commitment: bytes) -> bytes:
    parts = (fixed(genesis, 32), fixed(founding_account, 32), fixed(founding_commitment, 32))
    return hashlib.blake2b(scale_text("salus/patient/v2") + b"".join(parts), digest_size=32).digest()[:16]


# Messages that accounts sign


def _message(purpose: str, about: str, fields: bytes) -> bytes:
    digest = sha256(scale_text(purpose) + fields).hex()
    return f"<Bytes>{purpose}: {about}. SHA-256: {digest}</Bytes>".encode("ascii")


def manifest_message(manifest: Manifest, document_hash: bytes) -> bytes:
    author = "the patient" if manifest.provider is None else f"provider with id {manifest.provider}"
    about = f"document of {manifest.length} bytes, patient {manifest.patient.hex()}, author {author}"
    return _message("salus/manifest/v1", about, manifest.encode() + fixed(document_hash, 32))


def key_message(genesis: bytes, account: bytes, version: int, spki: bytes) -> bytes:
    about = f"encryption key {fingerprint(spki)}, version {version}"
    fields = fixed(genesis, 32) + fixed(account, 32) + u32(version) + sha256(spki)
    return _message("salus/key/v1", about, fields)


def authority_message(genesis: bytes, account: bytes, session_keys: bytes) -> bytes:
    about = f"authority with the session keys {fingerprint(session_keys)}"
    return _message("salus/authority/v1", about, fixed(genesis, 32) + fixed(account, 32) + scale_bytes(session_keys))


def account_of(seed: bytes) -> bytes:
    """The public key of an account's mini-secret."""
    return sr25519.pair_from_seed(fixed(seed, 32))[0]


def sign(seed: bytes, message: bytes) -> bytes:
    return sr25519.sign(sr25519.pair_from_seed(fixed(seed, 32)), message)


def verify(account: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return sr25519.verify(signature, message, account)
    except ValueError:
        return False


# Sealed name


def _sealed_name_keys(record_key: bytes) -> tuple[bytes, bytes]:
    return (
        derive(record_key, b"", "salus/sealed-name/v1/aes-256-cbc"),
        derive(record_key, b"", "salus/sealed-name/v1/hmac-sha-256"),
    )


def seal_name(record_key: bytes, name: str, iv: bytes | None = None) -> bytes:
    """Seals the short form of a full name. Give an IV only to reproduce a vector."""
    check_name(name)
    text = short_name(name).encode()
    cipher_key, mac_key = _sealed_name_keys(record_key)
    iv = os.urandom(16) if iv is None else iv
    ciphertext = aes_cbc_encrypt(cipher_key, iv, pad((bytes([len(text)]) + text).ljust(63, b"\0")))
    return iv + ciphertext + hmac_sha256(mac_key, iv, ciphertext)


def open_name(record_key: bytes, sealed: bytes) -> str:
    """The short name."""
    if len(sealed) != 112:
        raise Refused("sealed-name-length")
    iv, ciphertext, tag = sealed[:16], sealed[16:80], sealed[80:]
    cipher_key, mac_key = _sealed_name_keys(record_key)
    if not same(hmac_sha256(mac_key, iv, ciphertext), tag):
        raise Refused("sealed-name-tag")
    plaintext = aes_cbc_decrypt(cipher_key, iv, ciphertext)
    if padding_length(plaintext) != 1:
        raise Refused("sealed-name-padding")
    length = plaintext[0]
    try:
        text = plaintext[1 : 1 + length].decode("utf-8")
        check_name(text, 62)
    except ValueError:
        raise Refused("sealed-name-text") from None
    if length > 62 or any(plaintext[1 + length : 63]):
        raise Refused("sealed-name-text")
    return text


# Wrapped key


def _right_rsa(numbers: rsa.RSAPublicNumbers) -> bool:
    return numbers.e == 65537 and numbers.n % 2 == 1 and 2048 <= numbers.n.bit_length() <= 4096


def load_public_key(spki: bytes) -> rsa.RSAPublicKey:
    """Refuses each form but the canonical DER of a right RSA key."""
    try:
        key = serialization.load_der_public_key(spki)
        if isinstance(key, rsa.RSAPublicKey) and _right_rsa(key.public_numbers()) and spki_of(key) == spki:
            return key
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass
    raise Refused("public-key")


def load_private_key(pkcs8: bytes) -> rsa.RSAPrivateKey:
    """Refuses each form but the canonical DER of a right RSA key that fits its public half.

    The library checks primes, exponents and coefficient against each other when it loads a key.
    """
    try:
        key = serialization.load_der_private_key(pkcs8, None)
        if isinstance(key, rsa.RSAPrivateKey) and _right_rsa(key.public_key().public_numbers()):
            if pkcs8_of(key) == pkcs8:
                return key
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass
    raise Refused("key-file-private-key")


def spki_of(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def pkcs8_of(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True)
class Record:
    """What the chain tells of a record that its wrapped keys are bound to. A `provider` of None is the patient."""

    genesis: bytes
    patient: bytes
    provider: int | None
    hash: bytes

    def label(self, spki: bytes) -> bytes:
        author = b"\0" if self.provider is None else b"\1" + u32(self.provider)
        parts = (fixed(self.genesis, 32), fixed(self.patient, 16), author, fixed(self.hash, 32), sha256(spki))
        return sha256(scale_text("salus/wrap/v1") + b"".join(parts)).hex().encode()


def _oaep(label: bytes) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)


def wrap(record_key: bytes, record: Record, spki: bytes) -> bytes:
    return load_public_key(spki).encrypt(fixed(record_key, 32), _oaep(record.label(spki)))


def unwrap(wrapped: bytes, record: Record, pkcs8: bytes) -> bytes:
    """The record key."""
    key = load_private_key(pkcs8)
    if len(wrapped) != (key.key_size + 7) // 8:
        raise Refused("wrapped-key-length")
    try:
        record_key = key.decrypt(wrapped, _oaep(record.label(spki_of(key.public_key()))))
    except ValueError:
        raise Refused("wrapped-key") from None
    if len(record_key) != 32:
        raise Refused("wrapped-key")
    return record_key
