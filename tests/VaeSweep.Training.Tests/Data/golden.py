#!/usr/bin/env python3
"""Golden numbers of EpochOrderTests, BinarizerTests, DequantiserTests and SpritesTests, by an independent implementation. Usage: python3 golden.py"""

import hashlib

MASK = (1 << 64) - 1
WORD = (1 << 32) - 1
FOR_KEYS = WORD


def philox(key, c0, c1, c2, c3):
    """Philox 4x32-10 of Salmon et al. 2011: four words of 32 bits."""
    k0, k1 = key & WORD, key >> 32 & WORD
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & WORD, p0 >> 32 ^ c3 ^ k1, p0 & WORD
        k0, k1 = k0 + 0x9E3779B9 & WORD, k1 + 0xBB67AE85 & WORD
    return c0, c1, c2, c3


def key(parent, part):
    words = philox(parent, part & WORD, part >> 32 & WORD, FOR_KEYS, FOR_KEYS)
    return words[0] | words[1] << 32


class RandomStream:
    """64 bits at a time, of the counters 0, 1, 2, ..."""

    def __init__(self, key):
        self.key, self.block, self.left = key, 0, []

    def next(self):
        if not self.left:
            a, b, c, d = philox(self.key, self.block, 0, 0, 0)
            self.left = [a | b << 32, c | d << 32]
            self.block += 1
        return self.left.pop(0)

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64


def shuffled(key, n):
    random, order = RandomStream(key), list(range(n))
    for i in range(n - 1, 0, -1):
        j = random.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def permutation(seed, epoch, n):
    return shuffled(key(key(0x6F72646572, seed), epoch), n)


def order_of_dataset(name, n):
    return shuffled(key(0, int.from_bytes(name.encode(), "big")), n)


def kind(part, epoch):
    """Last word of a binary draw's counters, and the one before it."""
    return (epoch or 0) & WORD, part + (16 if epoch is None else 0)


def binary(images, part, seed, epoch):
    stream, (place, draw) = key(0x62696E617279, seed), kind(part, epoch)
    result = []
    for row, image in enumerate(images):
        out = []
        for start in range(0, len(image), 16):
            block = image[start:start + 16]
            if all(p in (0, 255) for p in block):
                out += block
                continue
            digits = b"".join(word.to_bytes(4, "little") for word in philox(stream, start // 16, row, place, draw))
            for at, (p, digit) in enumerate(zip(block, digits), start):
                if p in (0, 255):
                    out.append(p)
                elif digit == p:
                    words = philox(stream, at, row, place, draw + 32)
                    out.append(255 if (words[0] | words[1] << 32) < p * 0x0101010101010101 else 0)
                else:
                    out.append(255 if digit < p else 0)
        result.append(out)
    return result


def levels(pixels, part, seed, row):
    """Noise within the grey values of one image."""
    words = [w for block in range(-(-pixels // 16)) for w in philox(key(0x6C6576656C73, seed), block, row, part, 0)]
    return b"".join(w.to_bytes(4, "little") for w in words)[:pixels]


def inside(shape, x, y):
    if shape == 0:
        return -0.70710678118654752 <= x <= 0.70710678118654752 and -0.70710678118654752 <= y <= 0.70710678118654752
    if shape == 1:
        return x * x + y * y / (0.6 * 0.6) <= 1
    u, v = 1.45 * x, -1.45 * y
    ring = u * u + v * v - 1
    return ring * ring * ring - u * u * v * v * v <= 0


def sprite(shape, scale, rotation, x, y):
    radius = 8.0 * (5 + scale) / 10.0
    c, s = 1.0, 0.0
    for _ in range(rotation):
        c, s = c * 0.99691733373312796 - s * 0.078459095727844944, s * 0.99691733373312796 + c * 0.078459095727844944
    cx, cy = 9.0 + x * 10.0 / 15.0, 9.0 + y * 10.0 / 15.0
    image = bytearray(784)
    for row in range(28):
        for column in range(28):
            tx, ty = column + 0.5 - cx, row + 0.5 - cy
            if tx * tx + ty * ty > (radius + 1) * (radius + 1):
                continue
            count = 0
            for sample in range(16):
                dx = (column + (sample % 4 + 0.5) / 4 - cx) / radius
                dy = (row + (sample // 4 + 0.5) / 4 - cy) / radius
                count += inside(shape, c * dx + s * dy, c * dy - s * dx)
            image[row * 28 + column] = (255 * count + 8) // 16
    return bytes(image)


def sprites():
    order = order_of_dataset("sprites", 3 * 6 * 20 * 16 * 16)
    for name, start, end in (("train", 0, 6000), ("valid", 6000, 7000), ("test", 7000, 8000)):
        digest = hashlib.sha256()
        for at in order[start:end]:
            factors = []
            for size in (3, 6, 20, 16, 16):
                factors.append(at % size)
                at //= size
            digest.update(sprite(*factors))
        print(f"sprites {name}: {digest.hexdigest()}")


if __name__ == "__main__":
    # The vectors published with Philox.
    assert philox(0, 0, 0, 0, 0) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox(MASK, WORD, WORD, WORD, WORD) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    assert philox(0x299F31D0A4093822, 0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    print("key of 7 and -3:", hex(key(7, -3)))
    state = RandomStream(5)
    print("first numbers of key 5:", [hex(state.next()) for _ in range(3)])
    print("order of seed 7, epoch 3, n 10:", permutation(7, 3, 10))
    print("order of seed -1, epoch 0, n 8:", permutation(-1, 0, 8))
    grey = [[(37 * i + 11 * pixel) % 256 for pixel in range(100)] for i in range(50)]
    for name, epoch in (("once", None), ("epoch 0", 0), ("epoch 1", 1)):
        drawn = binary(grey, 0, 5, epoch)
        checksum = 0
        for value in (v for image in drawn for v in image):
            checksum = (checksum * 31 + value) & MASK
        print(f"binary of seed 5, {name}: {sum(map(sum, drawn)) // 255} white, checksum {checksum:#x}")
    print("levels of 20 pixels, test, seed 5, row 9:", list(levels(20, 2, 5, 9)))
    sprites()
