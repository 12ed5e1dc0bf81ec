"""Answers calls: each line of standard input is a JSON object with one field, the name of a call in `CALLS`, and each
line of standard output is its answer. A call that is refused is answered with {"refused": the name of the check}.

Byte strings are hex, and manifests and chain values have the form of the vectors. Secrets come by standard input only.
"""

import io
import json
import sys
from typing import Any

from . import dag, keyfile
from .common import Refused
from .envelope import open_envelope, read_leaf, seal
from .records import account_of, open_name, seal_name, sign, unwrap, wrap
from .values import Json, expected_of, json_of, manifest_of, record_of

unhex = bytes.fromhex


def do_seal(v: Json) -> Json:
    seed, key = unhex(v["account_seed"]), unhex(v["record_key"])
    draft = manifest_of(v["manifest"] | {"author_account": account_of(seed).hex()})
    made = io.BytesIO()
    sealed = seal(io.BytesIO(unhex(v["document"])), made, key, draft, lambda message: sign(seed, message))
    return {
        "envelope": made.getvalue().hex(),
        "cid": sealed.root.cid.hex(),
        "expected": json_of(sealed.manifest) | {
            "hash": sealed.hash.hex(),
            "sealed_name": seal_name(key, draft.name).hex(),
            "added_at": draft.time,
        },
    }


def _open(v: Json, envelope: bytes) -> bytes:
    sink = io.BytesIO()
    open_envelope(io.BytesIO(envelope), sink, unhex(v["record_key"]), expected_of(v["expected"]))
    return sink.getvalue()


def do_open(v: Json) -> Json:
    return {"document": _open(v, unhex(v["envelope"])).hex()}


def do_refusals(v: Json) -> list[str | None]:
    """For each envelope, given by the numbers of its pieces, the check that refuses it, or null."""
    pieces = [unhex(piece) for piece in v["pieces"]]

    def check(numbers: list[int]) -> str | None:
        try:
            _open(v, b"".join(pieces[number] for number in numbers))
        except Refused as refused:
            return refused.check
        return None

    return [check(numbers) for numbers in v["envelopes"]]


def do_part(v: Json) -> Json:
    """Reads a leaf of an envelope by its blocks."""
    envelope = unhex(v["envelope"])
    leaves = {dag.leaf_tree(leaf).cid: leaf for leaf in dag.leaves_of(envelope)}
    root, nodes = dag.build([dag.leaf_tree(leaf) for leaf in dag.leaves_of(envelope)])
    fetch = (leaves | nodes).__getitem__
    part = read_leaf(fetch, root.cid, len(envelope), v["leaf"], unhex(v["record_key"]))
    return {"cid": root.cid.hex(), "start": part.offset, "document": part.document.hex(), "ends": part.ends_document}


def do_seal_name(v: Json) -> Json:
    return {"sealed_name": seal_name(unhex(v["record_key"]), v["name"]).hex()}


def do_open_name(v: Json) -> Json:
    return {"name": open_name(unhex(v["record_key"]), unhex(v["sealed_name"]))}


def do_wrap(v: Json) -> Json:
    return {"wrapped_key": wrap(unhex(v["record_key"]), record_of(v), unhex(v["spki"])).hex()}


def do_unwrap(v: Json) -> Json:
    return {"record_key": unwrap(unhex(v["wrapped_key"]), record_of(v), unhex(v["private_key"])).hex()}


def do_write_key_file(v: Json) -> Json:
    members = keyfile.parse(json.dumps(v["content"]).encode())
    return {"file": keyfile.write(members, v["passphrase"], v["work_factor"]).hex()}


def do_read_key_file(v: Json) -> Json:
    members = keyfile.read(unhex(v["file"]), v["passphrase"])
    return {"content": json.loads(keyfile.to_json(members))}


CALLS = {name.removeprefix("do_"): call for name, call in list(globals().items()) if name.startswith("do_")}


def answer(line: str) -> Any:
    [(name, values)] = json.loads(line).items()
    try:
        return CALLS[name](values)
    except Refused as refused:
        return {"refused": refused.check}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)
