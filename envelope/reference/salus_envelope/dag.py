"""The blocks of an envelope on IPFS: CIDs, the balanced tree, and the way from the root to a leaf."""

from collections.abc import Callable
from dataclasses import dataclass

from .common import Refused, sha256

LEAF = 1_048_576
WIDTH = 1_024
RAW, NODE = 0x55, 0x70


def cid_of(block: bytes, codec: int) -> bytes:
    return bytes([1, codec, 0x12, 0x20]) + sha256(block)


def right_cid(cid: bytes, *codecs: int) -> bool:
    return len(cid) == 36 and cid[0] == 1 and cid[1] in codecs and cid[2:4] == b"\x12\x20"


def varint(n: int) -> bytes:
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


@dataclass(frozen=True)
class Tree:
    """A block with all that is below it: the bytes of all these blocks, and of the envelope in them."""

    cid: bytes
    blocks: int
    data: int


def leaf_tree(leaf: bytes) -> Tree:
    return Tree(cid_of(leaf, RAW), len(leaf), len(leaf))


def leaves_of(envelope: bytes) -> list[bytes]:
    return [envelope[at : at + LEAF] for at in range(0, len(envelope), LEAF)]


def encode_node(children: list[Tree]) -> bytes:
    out = b""
    for child in children:
        link = b"\x0a\x24" + child.cid + b"\x12\x00\x18" + varint(child.blocks)
        out += b"\x12" + varint(len(link)) + link
    data = b"\x08\x02\x18" + varint(sum(child.data for child in children))
    data += b"".join(b"\x20" + varint(child.data) for child in children)
    return out + b"\x0a" + varint(len(data)) + data


def above(level: list[Tree]) -> list[tuple[Tree, bytes]]:
    """The nodes of the level above, and their blocks."""
    nodes = []
    for at in range(0, len(level), WIDTH):
        run = level[at : at + WIDTH]
        node = encode_node(run)
        blocks = len(node) + sum(child.blocks for child in run)
        nodes.append((Tree(cid_of(node, NODE), blocks, sum(child.data for child in run)), node))
    return nodes


def build(leaves: list[Tree]) -> tuple[Tree, dict[bytes, bytes]]:
    """The root, and all nodes by their CIDs."""
    nodes: dict[bytes, bytes] = {}
    level = leaves
    while len(level) > 1:
        made = above(level)
        nodes |= {tree.cid: node for tree, node in made}
        level = [tree for tree, _ in made]
    return level[0], nodes


def decode_node(block: bytes) -> list[bytes]:
    """The CIDs of a node's children. Raises ValueError unless the node has the one form, with whatever sizes."""
    at = 0

    def expect(wanted: bytes) -> None:
        nonlocal at
        if block[at : at + len(wanted)] != wanted:
            raise ValueError("not a node")
        at += len(wanted)

    def number() -> int:
        nonlocal at
        n = shift = 0
        while at < len(block) and shift < 63:
            byte = block[at]
            at += 1
            n |= (byte & 0x7F) << shift
            if byte < 0x80:
                if byte == 0 and shift:
                    break
                return n
            shift += 7
        raise ValueError("not a varint")

    cids = []
    while block[at : at + 1] == b"\x12":
        at += 1
        length = number()
        start = at
        expect(b"\x0a\x24")
        cids.append(block[at : at + 36])
        at += 36
        expect(b"\x12\x00\x18")
        number()
        if at - start != length:
            raise ValueError("not a link")
    expect(b"\x0a")
    length = number()
    start = at
    expect(b"\x08\x02\x18")
    number()
    for _ in cids:
        expect(b"\x20")
        number()
    if at - start != length or at != len(block) or not all(right_cid(cid, RAW, NODE) for cid in cids):
        raise ValueError("not a node")
    return cids


def fetch_leaf(fetch: Callable[[bytes], bytes], root: bytes, leaves: int, number: int) -> bytes:
    """The leaf of that number, checked from the root down. `fetch` gives the block that a CID names."""
    sizes = [leaves]
    while sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // WIDTH))
    cid = root
    for level in range(len(sizes) - 1, -1, -1):
        block = fetch(cid)
        if sha256(block) != cid[4:]:
            raise Refused("block")
        if level == 0:
            return block
        place = number // WIDTH**level
        child = number // WIDTH ** (level - 1) % WIDTH
        try:
            cids = decode_node(block)
        except ValueError:
            raise Refused("node") from None
        codec = RAW if level == 1 else NODE
        if len(cids) != min(WIDTH, sizes[level - 1] - WIDTH * place) or any(c[1] != codec for c in cids):
            raise Refused("node")
        cid = cids[child]
    raise AssertionError
