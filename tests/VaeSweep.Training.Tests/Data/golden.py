#!/usr/bin/env python3
"""Golden numbers of EpochOrderTests, BinarizerTests and SpritesTests, by an independent implementation. Usage: python3 golden.py"""

import hashlib

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z &= MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key(parent, part):
    return mix(mix(parent + GAMMA) ^ mix(part + 2 * GAMMA))


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class Xoshiro256:
    def __init__(self, seed):
        self.s = [mix(seed + k * GAMMA) for k in (1, 2, 3, 4)]

    def next(self):
        s = self.s
        result = (rotl((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64


def permutation(seed, epoch, n):
    random = Xoshiro256(key(key(0x6F72646572, seed), epoch))
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = random.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def binary(images, part, seed, epoch):
    stream = key(key(key(0x62696E617279, seed), part), (1 << 63) - 1 if epoch is None else epoch)
    result = []
    for row, image in enumerate(images):
        random = Xoshiro256(key(stream, row))
        out = []
        for start in range(0, len(image), 32):
            block = image[start:start + 32]
            if all(p in (0, 255) for p in block):
                out += block
                continue
            digits = b"".join(random.next().to_bytes(8, "little") for _ in range(4))
            drawn = [255 if p == 255 or d < p else 0 for p, d in zip(block, digits)]
            for at, (p, d) in enumerate(zip(block, digits)):
                if d == p and p not in (0, 255):
                    drawn[at] = 255 if random.next() < p * 0x0101010101010101 else 0
            out += drawn
        result.append(out)
    return result


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
    random = Xoshiro256(key(0, 0x73707269746573))
    order = list(range(3 * 6 * 20 * 16 * 16))
    for i in range(len(order) - 1, 0, -1):
        j = random.below(i + 1)
        order[i], order[j] = order[j], order[i]
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
    state = Xoshiro256(0)
    print("first words of key 0:", [hex(state.next()) for _ in range(3)])
    print("order of seed 7, epoch 3, n 10:", permutation(7, 3, 10))
    print("order of seed -1, epoch 0, n 8:", permutation(-1, 0, 8))
    grey = [[(37 * i + 11 * pixel) % 256 for pixel in range(100)] for i in range(50)]
    for name, epoch in (("once", None), ("epoch 0", 0), ("epoch 1", 1)):
        drawn = binary(grey, 0, 5, epoch)
        checksum = 0
        for value in (v for image in drawn for v in image):
            checksum = (checksum * 31 + value) & MASK
        print(f"binary of seed 5, {name}: {sum(map(sum, drawn)) // 255} white, checksum {checksum:#x}")
    sprites()
