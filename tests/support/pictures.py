"""pictures.py: small pictures for tests that drive whole programs, made of nothing but zlib."""
import struct
import zlib


def png(seed, width=64, height=48):
    """The bytes of a PNG; another picture for each seed."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(value & 255 for x in range(width)
                      for value in (x * (seed % 7 + 1) + seed * 31, y * (seed % 5 + 1) + seed * 17,
                                    (x ^ y) + seed * 7))
        for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
