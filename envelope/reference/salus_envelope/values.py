"""JSON values, in the form that the vectors have, to the types of this package and back."""

from typing import Any

from .envelope import Expected
from .records import Manifest, Record

Json = dict[str, Any]


def optional(value: str | None) -> bytes | None:
    return None if value is None else bytes.fromhex(value)


def provider_of(author: Any) -> int | None:
    """An author is "patient", or {"provider": id}."""
    return None if author == "patient" else author["provider"]


def manifest_of(v: Json) -> Manifest:
    return Manifest(
        name=v["name"],
        media_type=v["media_type"],
        length=v.get("length", 0),
        patient=bytes.fromhex(v["patient"]),
        provider=provider_of(v["author"]),
        founding_account=optional(v.get("founding_account")),
        founding_commitment=optional(v.get("commitment")),
        account=bytes.fromhex(v["author_account"]),
        region=v["region"],
        genesis=bytes.fromhex(v["genesis"]),
        amends=optional(v.get("amends")),
        time=v["time"],
    )


def json_of(m: Manifest) -> Json:
    v: Json = {
        "name": m.name,
        "media_type": m.media_type,
        "length": m.length,
        "patient": m.patient.hex(),
        "author": "patient" if m.provider is None else {"provider": m.provider},
        "author_account": m.account.hex(),
        "region": m.region,
        "genesis": m.genesis.hex(),
        "amends": None if m.amends is None else m.amends.hex(),
        "time": m.time,
    }
    if m.provider is None:
        v |= {"founding_account": m.founding_account.hex(), "commitment": m.founding_commitment.hex()}
    return v


def expected_of(v: Json, development: bool = False) -> Expected:
    return Expected(
        hash=bytes.fromhex(v["hash"]),
        patient=bytes.fromhex(v["patient"]),
        provider=provider_of(v["author"]),
        account=optional(v["author_account"]),
        region=v["region"],
        genesis=bytes.fromhex(v["genesis"]),
        amends=optional(v["amends"]),
        sealed_name=bytes.fromhex(v["sealed_name"]),
        added_at=v["added_at"],
        development=development,
    )


def record_of(v: Json) -> Record:
    return Record(
        bytes.fromhex(v["genesis"]), bytes.fromhex(v["patient"]), provider_of(v["author"]), bytes.fromhex(v["hash"])
    )
