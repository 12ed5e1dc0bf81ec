"""All vectors, good ones and ones to refuse."""

import io
import json
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Any

from salus_envelope import common, dag, keyfile, records
from salus_envelope.common import Refused
from salus_envelope.envelope import HEADER, LEAF, Expected, Opened, open_envelope, read_leaf, seal
from salus_envelope.values import expected_of, manifest_of, provider_of, record_of

VECTORS = Path(__file__).parents[2] / "tests/vectors"
unhex = bytes.fromhex


def vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_bytes())


def open_bytes(envelope: bytes, key: bytes, expected: Expected) -> tuple[Opened, bytes]:
    sink = io.BytesIO()
    try:
        return open_envelope(io.BytesIO(envelope), sink, key, expected), sink.getvalue()
    except Refused:
        assert sink.getvalue() == b"", "a refused envelope left something"
        raise


def expected_with(v: dict[str, Any]) -> Expected:
    """What the chain tells, from a good envelope's vector."""
    return expected_of(v["manifest"] | {k: v[k] for k in ("hash", "sealed_name", "added_at")})


class Test(unittest.TestCase):
    def refused(self, check: str, call: Any, *args: Any) -> Refused:
        with self.assertRaises(Refused) as caught:
            call(*args)
        self.assertEqual(caught.exception.check, check)
        return caught.exception


class GoodVectors(Test):
    def test_derived_keys(self) -> None:
        v = vectors("derived_keys.json")
        for each in v["keys"]:
            self.assertEqual(common.derive(unhex(v["record_key"]), unhex(each["salt"]), each["info"]).hex(),
                             each["derived"])

    def test_blinded_hash(self) -> None:
        v = vectors("blinded_hash.json")
        document_hash = common.sha256(unhex(v["document"]))
        self.assertEqual(document_hash.hex(), v["document_hash"])
        self.assertEqual(records.blinded_hash(unhex(v["record_key"]), document_hash).hex(), v["hash"])

    def test_commitment_and_patient_id(self) -> None:
        v = vectors("commitment.json")
        self.assertEqual(records.commitment(unhex(v["salt"]), v["name"]).hex(), v["commitment"])
        v = vectors("patient_id.json")
        patient = records.patient_id(*(unhex(v[k]) for k in ("genesis", "founding_account", "commitment")))
        self.assertEqual(patient.hex(), v["patient"])

    def test_padme(self) -> None:
        for v in vectors("padme.json"):
            self.assertEqual(common.padme(v["length"]), v["padded"])

    def test_short_envelopes(self) -> None:
        for name in ("envelope.json", "patients_envelope.json"):
            v = vectors(name)
            key, envelope, document = unhex(v["record_key"]), unhex(v["envelope"]), unhex(v["document"])
            expected = expected_with(v)
            opened, out = open_bytes(envelope, key, expected)
            self.assertEqual(out, document)
            self.assertEqual(opened.manifest, manifest_of(v["manifest"]))
            self.assertEqual(opened.message.decode(), v["manifest_message"])
            if expected.provider is None:
                open_bytes(envelope, key, replace(expected, account=None))
            leaf = dag.leaf_tree(envelope)
            part = read_leaf({leaf.cid: envelope}.__getitem__, leaf.cid, len(envelope), 0, key)
            self.assertEqual((part.offset, part.document, part.ends_document), (0, document, True))
            made = io.BytesIO()
            sealed = seal(io.BytesIO(document), made, key, manifest_of(v["manifest"] | {"length": 0}),
                          lambda message: opened.signature, unhex(v["nonce"]), iter(map(unhex, v["ivs"])))
            self.assertEqual(made.getvalue(), envelope)
            self.assertEqual((sealed.hash.hex(), sealed.root, sealed.nodes), (v["hash"], leaf, {}))

    def test_long_envelope(self) -> None:
        v, document, envelope = long_envelope()
        self.assertEqual(common.sha256(document).hex(), v["document_hash"])
        self.assertEqual((len(envelope), common.sha256(envelope).hex()), (v["envelope_length"], v["envelope_sha256"]))
        segments = parts_of(envelope)[1:]
        self.assertEqual([len(s) for s in segments], [s["length"] for s in v["segments"]])
        self.assertEqual([s[-32:].hex() for s in segments], [s["tag"] for s in v["segments"]])
        opened, out = open_bytes(envelope, unhex(v["record_key"]), expected_with(v))
        self.assertEqual(out, document)
        self.assertEqual(opened.message.decode(), v["manifest_message"])
        self.assertEqual(self.counts(envelope, unhex(v["record_key"])), [s["count"] for s in v["segments"]])

    def counts(self, envelope: bytes, key: bytes) -> list[int]:
        root, blocks = blocks_of(envelope)
        parts = range(len(dag.leaves_of(envelope)))
        return [len(read_leaf(blocks.__getitem__, root.cid, len(envelope), n, key).document) for n in parts]

    def test_blocks(self) -> None:
        v = vectors("blocks.json")
        short = unhex(vectors("envelope.json")["envelope"])
        self.assertEqual((blocks_of(short)[0].cid.hex(), len(short)), (v["short"]["cid"], v["short"]["size"]))
        like, document, envelope = long_envelope()
        root, blocks = blocks_of(envelope)
        self.assertEqual((root.cid.hex(), root.data), (v["long"]["cid"], v["long"]["size"]))
        self.assertEqual(blocks[root.cid].hex(), v["long"]["root"])
        for case in v["long"]["parts"]:
            way: list[str] = []

            def fetch(cid: bytes) -> bytes:
                way.append(cid.hex())
                return blocks[cid]

            part = read_leaf(fetch, root.cid, root.data, case["leaf"], unhex(like["record_key"]))
            self.assertEqual(way[: len(case["way"])], case["way"])
            self.assertEqual((part.offset, len(part.document), part.ends_document),
                             (case["start"], case["length"], case["ends"]))
            self.assertEqual(common.sha256(part.document).hex(), case["sha256"])
        for tree in v["trees"]:
            self.assertEqual(self.levels(tree["size"]), tree["levels"])

    def levels(self, size: int) -> list[Any]:
        level = []
        for leaf in range(-(-size // LEAF)):
            length = min(LEAF, size - leaf * LEAF)
            level.append(dag.Tree(dag.cid_of(common.u64(leaf), dag.RAW), length, length))
        levels = []
        while len(level) > 1:
            level = [tree for tree, _ in dag.above(level)]
            levels.append({"nodes": len(level), "first": level[0].cid.hex(), "last": level[-1].cid.hex()})
        return levels

    def test_forbidden_characters(self) -> None:
        runs = vectors("forbidden_characters.json")
        forbidden = {code for first, last in runs for code in range(first, last + 1)}
        found = {m.start() for m in common.FORBIDDEN.finditer("".join(map(chr, range(0x110000))))}
        self.assertEqual(found, forbidden)

    def test_accepted_envelopes(self) -> None:
        v = vectors("accepted_envelopes.json")
        for case in v["cases"]:
            with self.subTest(case["what"]):
                expected = expected_of(case["expected"])
                _, document = open_bytes(unhex(case["envelope"]), unhex(v["record_key"]), expected)
                self.assertEqual(document, unhex(v["document"]))

    def test_short_names(self) -> None:
        for v in vectors("short_name.json"):
            self.assertEqual(common.short_name(v["name"]), v["short_name"])

    def test_sealed_name(self) -> None:
        v = vectors("sealed_name.json")
        key = unhex(v["record_key"])
        self.assertEqual(records.seal_name(key, v["name"], unhex(v["iv"])).hex(), v["sealed_name"])
        self.assertEqual(records.open_name(key, unhex(v["sealed_name"])), v["name"])

    def test_wrapped_key(self) -> None:
        v = vectors("wrapped_key.json")
        self.assertEqual(v["private_key"], vectors("private_key.json")["pkcs8"])
        pkcs8, spki, key = (unhex(v[k]) for k in ("private_key", "spki", "record_key"))
        self.assertEqual(records.spki_of(records.load_private_key(pkcs8).public_key()), spki)
        self.assertEqual(record_of(v).label(spki).decode(), v["label"])
        self.assertEqual(record_of(v | {"author": "patient"}).label(spki).decode(), v["patients_label"])
        self.assertEqual(records.unwrap(unhex(v["wrapped_key"]), record_of(v), pkcs8), key)
        again = records.wrap(key, record_of(v), spki)
        self.assertEqual(records.unwrap(again, record_of(v), pkcs8), key)

    def test_public_keys(self) -> None:
        for v in vectors("public_keys.json"):
            wrapped = records.wrap(bytes(32), record_of(vectors("wrapped_key.json")), unhex(v["spki"]))
            self.assertEqual(len(wrapped), v["wrapped_key_length"])

    def test_authority_message(self) -> None:
        v = vectors("authority_message.json")
        message = records.authority_message(*(unhex(v[k]) for k in ("genesis", "account", "session_keys")))
        self.assertEqual(message.decode(), v["message"])

    def test_key_message(self) -> None:
        v = vectors("key_message.json")
        seed, account, spki = (unhex(v[k]) for k in ("account_seed", "account", "spki"))
        self.assertEqual(records.account_of(seed), account)
        self.assertEqual(common.fingerprint(spki), v["fingerprint"])
        message = records.key_message(unhex(v["genesis"]), account, v["version"], spki)
        self.assertEqual(message.decode(), v["message"])
        self.assertTrue(records.verify(account, message, unhex(v["signature"])))
        self.assertTrue(records.verify(account, message, records.sign(seed, message)))

    def test_key_file(self) -> None:
        v = vectors("key_file.json")
        members = keyfile.read(unhex(v["file"]), v["passphrase"])
        self.assertEqual(json.loads(keyfile.to_json(members)), v["content"])
        for v in vectors("accepted_key_files.json"):
            with self.subTest(v["what"]):
                file = unhex(v["file"])
                self.assertEqual(keyfile.decrypt(file, v["passphrase"]), v["json"].encode())
                members = keyfile.read(file, v["passphrase"])
                self.assertEqual(json.loads(keyfile.to_json(members)), v["content"])

    def test_passphrases(self) -> None:
        for v in vectors("passphrase.json"):
            self.assertEqual(keyfile.normal(v["given"]), v["taken"])


class RefusedVectors(Test):
    def test_envelopes(self) -> None:
        v = vectors("refused_envelopes.json")
        key, envelope, expected = unhex(v["record_key"]), unhex(v["envelope"]), expected_of(v["expected"])
        self.assertEqual(open_bytes(envelope, key, expected)[1], unhex(v["document"]))
        covered = 0
        for flips in v["flips"]:
            for at in range(flips["from"], flips["to"]):
                for bit in range(8):
                    changed = bytearray(envelope)
                    changed[at] ^= 1 << bit
                    self.refused(flips["check"], open_bytes, bytes(changed), key, expected)
                    self.refused(flips["check"], self.open_leaf, bytes(changed), key)
                    covered += 1
        self.assertEqual(covered, 8 * len(envelope))
        for check, lengths in v["cuts"].items():
            for length in lengths:
                self.refused(check, open_bytes, envelope[:length], key, expected)
        self.assertEqual(sum(map(len, v["cuts"].values())), len(envelope))
        for case in v["cases"]:
            with self.subTest(case["what"]):
                on_chain = expected_of(v["expected"] | case.get("expected", {}))
                self.refused(case["check"], open_bytes, unhex(case["envelope"]), key, on_chain)

    def open_leaf(self, leaf: bytes, key: bytes) -> None:
        cid = dag.leaf_tree(leaf).cid
        read_leaf({cid: leaf}.__getitem__, cid, len(leaf), 0, key)

    def test_parts(self) -> None:
        v = vectors("refused_parts.json")

        def read(case: dict[str, Any]) -> Any:
            blocks = {unhex(cid): unhex(block) for cid, block in case["blocks"].items()}
            return read_leaf(blocks.__getitem__, unhex(case["cid"]), case["size"], case["leaf"],
                             unhex(v["record_key"]))

        part = read(v["good"])
        self.assertEqual((part.offset, part.document.hex()), (v["good"]["start"], v["good"]["part"]))
        for leaf in (3, 1 << 40):
            self.refused("segment-length", read, v["good"] | {"leaf": leaf})
        self.refused("segment-length", read, v["good"] | {"size": 0, "leaf": 0})
        for case in v["cases"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], read, case)

    def test_long_envelopes(self) -> None:
        v = vectors("refused_long_envelopes.json")
        like, _, envelope = long_envelope()
        _, _, other = long_envelope(unhex(v["other_nonce"]))
        parts, other_parts = parts_of(envelope), parts_of(other)
        key, expected = unhex(like["record_key"]), expected_with(like)
        for case in v["orders"]:
            with self.subTest(case["what"]):
                made = b""
                for part in case["parts"]:
                    if part == "header":
                        made += parts[0]
                    elif "segment" in part:
                        made += parts[1 + part["segment"]]
                    else:
                        made += other_parts[1 + part["other_segment"]]
                self.refused_at(case, made, key, expected)
        for case in v["ends"]:
            with self.subTest(case):
                made = envelope
                if "cut" in case:
                    made = made[: -case["cut"]]
                elif "zeros" in case:
                    made += bytes(case["zeros"])
                else:
                    at = case["flipped_byte"]
                    made = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
                self.refused_at(case, made, key, expected)

    def refused_at(self, case: dict[str, Any], envelope: bytes, key: bytes, expected: Expected) -> None:
        refused = self.refused(case["check"], open_bytes, envelope, key, expected)
        if case["segment"] is not None:
            self.assertEqual(refused.segment, case["segment"])

    def test_forged(self) -> None:
        v = vectors("refused_envelopes.json")
        key, expected, header = unhex(v["record_key"]), expected_of(v["expected"]), unhex(v["envelope"])[:HEADER]
        for case in vectors("refused_long_envelopes.json")["forged"]:
            with self.subTest(case["what"]):
                plaintexts = [bytes_of(runs) for runs in case["plaintexts"]]
                self.refused(case["check"], open_bytes, forge(key, header, plaintexts), key, expected)

    def test_sealed_names(self) -> None:
        v = vectors("refused_sealed_names.json")
        for case in v["cases"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], records.open_name, unhex(v["record_key"]), unhex(case["sealed_name"]))

    def test_wrapped_keys(self) -> None:
        v = vectors("refused_wrapped_keys.json")
        like = vectors(v["like"])
        for case in v["cases"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], records.unwrap, unhex(case["wrapped_key"]), record_of(like),
                             unhex(like["private_key"]))
        for case in v["public_keys"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], records.wrap, unhex(like["record_key"]), record_of(like),
                             unhex(case["spki"]))

    def test_private_keys(self) -> None:
        for case in vectors("refused_private_keys.json"):
            with self.subTest(case["what"]):
                self.refused(case["check"], records.load_private_key, unhex(case["pkcs8"]))

    def test_key_files(self) -> None:
        v = vectors("refused_key_files.json")
        for case in v["cases"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], keyfile.read, unhex(case["file"]), v["passphrase"])
                if case["content"] is not None:
                    self.assertEqual(keyfile.decrypt(unhex(case["file"]), v["passphrase"]), case["content"].encode())
                    self.refused(case["check"], keyfile.parse, case["content"].encode())
        for case in v["long"]:
            with self.subTest(case["what"]):
                self.refused(case["check"], keyfile.read, bytes_of(case["file"]), v["passphrase"])


def long_envelope(nonce: bytes | None = None) -> tuple[dict[str, Any], bytes, bytes]:
    """The vector, the document, and the envelope made from it."""
    v = vectors("long_envelope.json")
    length = v["manifest"]["length"]
    document = (bytes(range(251)) * (length // 251 + 1))[:length]
    made = io.BytesIO()
    seal(io.BytesIO(document), made, unhex(v["record_key"]), manifest_of(v["manifest"]),
         lambda message: unhex(v["signature"]), nonce or unhex(v["nonce"]),
         iter([unhex(s["iv"]) for s in v["segments"]]))
    return v, document, made.getvalue()


def blocks_of(envelope: bytes) -> tuple[dag.Tree, dict[bytes, bytes]]:
    """The root, and all blocks by their CIDs."""
    leaves = {dag.leaf_tree(leaf): leaf for leaf in dag.leaves_of(envelope)}
    root, nodes = dag.build(list(leaves))
    return root, nodes | {tree.cid: leaf for tree, leaf in leaves.items()}


def parts_of(envelope: bytes) -> list[bytes]:
    """The header, then each segment."""
    first = [envelope[:HEADER], envelope[HEADER:LEAF]]
    return first + [envelope[at : at + LEAF] for at in range(LEAF, len(envelope), LEAF)]


def bytes_of(runs: list[Any]) -> bytes:
    """Bytes in hex, and runs of zeros."""
    return b"".join(unhex(run) if isinstance(run, str) else bytes(run["zeros"]) for run in runs)


def forge(key: bytes, header: bytes, plaintexts: list[bytes]) -> bytes:
    """An envelope with right tags of any plaintexts."""
    cipher_key = common.derive(key, header[12:44], "salus/envelope/v1/aes-256-cbc")
    mac_key = common.derive(key, header[12:44], "salus/envelope/v1/hmac-sha-256")
    out = header
    for number, plaintext in enumerate(plaintexts):
        iv = bytes([number]) * 16
        ciphertext = common.aes_cbc_encrypt(cipher_key, iv, common.pad(plaintext))
        last = bytes([number == len(plaintexts) - 1])
        out += iv + ciphertext + common.hmac_sha256(mac_key, header, common.u64(number), last, iv, ciphertext)
    return out

