"""What the vectors do not hold: lengths around leaves, memory, the writer's checks, roots by another importer, fuzz."""

import io
import json
import random
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

from salus_envelope import common, dag, keyfile, records
from salus_envelope.common import Refused
from salus_envelope.envelope import LEAF, Expected, check_clock, open_envelope, seal
from salus_envelope.records import Manifest

from .test_vectors import Test, forge, open_bytes, unhex, vectors

KEY = bytes(range(32))
SEED = b"s" * 32
GENESIS = b"g" * 32
ACCOUNT = records.account_of(SEED)
DRAFT = Manifest("a/b.txt", "text/plain", 0, b"p" * 16, 7, None, None, ACCOUNT, 1, GENESIS, None, 1000)
MEMBERS = {"version": 1, "account_seed": SEED, "keys": [], "names": []}


def sign(message: bytes) -> bytes:
    return records.sign(SEED, message)


def sealed(document: bytes, draft: Manifest = DRAFT) -> tuple[bytes, Expected]:
    """An envelope, and what the chain tells of it."""
    made = io.BytesIO()
    result = seal(io.BytesIO(document), made, KEY, draft, sign)
    m = result.manifest
    name = records.seal_name(KEY, m.name)
    expected = Expected(result.hash, m.patient, m.provider, m.account, m.region, m.genesis, m.amends, name, m.time)
    return made.getvalue(), expected


class Envelopes(Test):
    def test_lengths_around_leaves(self) -> None:
        """Documents and payloads that end at, before and behind the end of a leaf."""
        first, more = 1_048_475, 1_048_523
        for length in (0, 1, first - 1, first, first + 1, first + more, first + more + 1):
            document = random.Random(length).randbytes(length)
            envelope, expected = sealed(document)
            self.assertEqual(open_bytes(envelope, KEY, expected)[1], document)

    def test_last_leaf_is_full(self) -> None:
        """Zeros with right tags. No padded size below 2^63 bytes fills the last leaf, so no valid one exists."""
        envelope, expected = sealed(b"")
        full = forge(KEY, envelope[:48], [bytes(4 + 1_048_475)])
        self.assertEqual(len(full), LEAF)
        self.refused("manifest", open_bytes, full, KEY, expected)
        ends = {1_048_475 + i * 1_048_523 for i in range(1 << 16)}
        self.assertFalse([end for end in ends if common.padme(end) == end])

    def test_another_size_than_on_chain(self) -> None:
        envelope, expected = sealed(b"text")
        open_envelope(io.BytesIO(envelope), io.BytesIO(), KEY, expected, len(envelope))
        for size in (0, len(envelope) - 1, len(envelope) + 1, 2 * LEAF):
            self.refused("cid", open_envelope, io.BytesIO(envelope), io.BytesIO(), KEY, expected, size)

    def test_memory(self) -> None:
        """A long envelope is sealed and opened with a few MiB."""

        class Zeros(io.RawIOBase):
            left = 12_000_000

            def read(self, n: int = -1) -> bytes:
                n = min(n, self.left)
                self.left -= n
                return bytes(n)

        class Nowhere(io.RawIOBase):
            def write(self, data: Any) -> int:
                return len(data)

        tracemalloc.start()
        seal(Zeros(), Nowhere(), KEY, DRAFT, sign)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertLess(peak, 8 * LEAF)

    def test_what_a_writer_refuses(self) -> None:
        founding = records.account_of(b"f" * 32)
        draft = replace(DRAFT, provider=None, founding_account=founding, founding_commitment=b"c" * 32,
                        patient=records.patient_id(GENESIS, founding, b"c" * 32))
        sealed(b"", draft)
        for wrong in (replace(draft, patient=b"p" * 16), replace(DRAFT, account=founding), replace(DRAFT, name="")):
            with self.assertRaises(ValueError):
                sealed(b"", wrong)
        check_clock(0, 599_999)
        with self.assertRaises(ValueError):
            check_clock(600_000, 0)

    def test_known_roots(self) -> None:
        """Roots that the importer of another IPFS implementation made: bytes `i mod 251` in chunks of some size."""
        for length, chunk, cid in json.loads((Path(__file__).parent / "roots.json").read_bytes()):
            data = (bytes(range(251)) * (length // 251 + 1))[:length]
            root, _ = dag.build([dag.leaf_tree(data[at : at + chunk]) for at in range(0, length, chunk)])
            self.assertEqual(root.cid.hex(), cid)


class KeyFiles(Test):
    def test_round_trips(self) -> None:
        pkcs8 = unhex(vectors("private_key.json")["pkcs8"])
        keys = [{"version": 4_294_967_295, "pkcs8": pkcs8}] * 2
        for members in (MEMBERS, MEMBERS | {"keys": keys, "names": [{"name": "Åsa", "salt": b"t" * 32}]}):
            file = keyfile.write(members, "\ufeffpass\r\n", 3)
            self.assertEqual(keyfile.read(file, "pass"), members)
        file = keyfile.write(MEMBERS, "A\u030a")
        self.assertIn(b" 17\n", file[:60])
        self.assertEqual(keyfile.read(file, "\u00c5"), MEMBERS)

    def test_lengths_around_chunks(self) -> None:
        for length in (0, 1, 65_535, 65_536, 65_537, 131_072):
            content = random.Random(length).randbytes(length)
            file = keyfile.encrypt(content, "x", 1)
            self.assertEqual(keyfile.decrypt(file, "x"), content)
            self.refused("key-file-damaged", keyfile.decrypt, file[:-1], "x")
            self.refused("key-file-damaged", keyfile.decrypt, file + b"\0", "x")

    def test_bit_flips(self) -> None:
        file = keyfile.encrypt(b"content", "x", 1)
        for at in range(8 * len(file)):
            changed = bytearray(file)
            changed[at // 8] ^= 1 << at % 8
            with self.assertRaises(Refused):
                keyfile.decrypt(bytes(changed), "x")


class Fuzz(Test):
    SECONDS = 3.0

    def test_fuzz(self) -> None:
        """Changed inputs are refused, and nothing but a refusal ever happens. The seed is fixed."""
        rng = random.Random(20)
        envelope, expected = sealed(b"some text")
        key_file = keyfile.encrypt(b'{"version":1}', "x", 1)
        name = records.seal_name(KEY, "name")
        manifest = replace(DRAFT, length=5).encode()
        content = keyfile.to_json(MEMBERS)
        _, nodes = dag.build([dag.leaf_tree(b"a"), dag.leaf_tree(b"b")])
        node = next(iter(nodes.values()))
        header = envelope[:48]
        inner = common.aes_cbc_decrypt(common.derive(KEY, header[12:44], "salus/envelope/v1/aes-256-cbc"),
                                       envelope[48:64], envelope[64:-32])
        inner = inner[: -inner[-1]]
        targets = [
            (envelope, lambda data: open_bytes(data, KEY, expected)),
            (inner, lambda data: open_bytes(forge(KEY, header, [data]), KEY, expected)),
            (name, lambda data: records.open_name(KEY, data)),
            (key_file, lambda data: self.small_factor(data) and keyfile.decrypt(data, "x")),
            (content, lambda data: keyfile.parse(data)),
            (manifest, lambda data: self.assertEqual(Manifest.decode(data).encode(), data)),
            (node, lambda data: dag.decode_node(data)),
        ]
        end = time.monotonic() + self.SECONDS
        for _ in range(40_000):
            if time.monotonic() > end:
                break
            which = rng.randrange(len(targets))
            data, run = targets[which]
            changed = self.changed(rng, data)
            if changed == data:
                continue
            try:
                run(changed)
            except Refused:
                continue
            except ValueError:
                self.assertGreaterEqual(which, 5)
            else:
                self.assertGreaterEqual(which, 3, changed.hex())

    def small_factor(self, data: bytes) -> bool:
        found = keyfile.HEADER.match(data)
        return not found or len(found[2]) < 2

    def changed(self, rng: random.Random, data: bytes) -> bytes:
        out = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(out) + 1)
            match rng.randrange(4):
                case 0:
                    out[at : at + 1] = rng.randbytes(1)
                case 1:
                    out[at:at] = rng.randbytes(rng.randint(1, 20))
                case 2:
                    del out[at : at + rng.randint(1, 20)]
                case 3:
                    start = rng.randrange(len(out) + 1)
                    out[at:at] = out[start : start + rng.randint(1, 40)]
        return bytes(out)
