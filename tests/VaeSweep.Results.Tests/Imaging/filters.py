# A grey PNG of 3 by 5 pixels, 0, 10, ..., 140, whose rows use the filters 0 to 4 in turn (ISO/IEC 15948, clause 9). Run: python3 filters.py
import base64, struct, zlib

width, height = 3, 5
rows = [[(y * width + x) * 10 for x in range(width)] for y in range(height)]


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


data = b""
for y, row in enumerate(rows):
    up = rows[y - 1] if y else [0] * width
    out = []
    for x, value in enumerate(row):
        left, corner = (row[x - 1], up[x - 1]) if x else (0, 0)
        out.append((value - [0, left, up[x], (left + up[x]) // 2, paeth(left, up[x], corner)][y]) % 256)
    data += bytes([y] + out)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
print(base64.b64encode(png).decode())
