"""golden.binary for many images at once, in NumPy: the same draws, image beside image. Long trainings need it; golden.py stays the definition."""
import numpy as np

import golden

MASK = np.uint64(0x0101010101010101)


def _mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _rotl(x, k):
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


class Xoshiro256Rows:
    """One generator for each row, keyed as golden.Xoshiro256(key(stream, row))."""

    def __init__(self, stream, rows):
        part = np.arange(rows, dtype=np.uint64) + np.uint64(2 * golden.GAMMA & golden.MASK)
        seeds = _mix(np.uint64(golden.mix(stream + golden.GAMMA)) ^ _mix(part))
        self.state = [_mix(seeds + np.uint64(k * golden.GAMMA & golden.MASK)) for k in (1, 2, 3, 4)]

    def next(self, rows):
        s = [word[rows] for word in self.state]
        result = _rotl(s[1] * np.uint64(5), 7) * np.uint64(9)
        t = s[1] << np.uint64(17)
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = _rotl(s[3], 45)
        for word, value in zip(self.state, s):
            word[rows] = value
        return result


def binary(grey, part, seed, epoch):
    """grey: uint8 [N, D]; the same shape back, 0 or 255."""
    stream = golden.key(golden.key(golden.key(0x62696E617279, seed), part), (1 << 63) - 1 if epoch is None else epoch)
    random, out = Xoshiro256Rows(stream, len(grey)), grey.copy()
    for start in range(0, grey.shape[1], 32):
        block = grey[:, start:start + 32]
        rows = np.nonzero(((block != 0) & (block != 255)).any(1))[0]
        if not len(rows):
            continue
        digits = np.stack([random.next(rows) for _ in range(4)], 1).view(np.uint8)[:, :block.shape[1]]
        pixels = block[rows]
        drawn = np.where((pixels == 255) | (digits < pixels), 255, 0).astype(np.uint8)
        ties = (digits == pixels) & (pixels != 0) & (pixels != 255)
        for at in np.nonzero(ties.any(0))[0]:
            tied = np.nonzero(ties[:, at])[0]
            drawn[tied, at] = np.where(random.next(rows[tied]) < pixels[tied, at].astype(np.uint64) * MASK, 255, 0)
        out[rows, start:start + 32] = drawn
    return out
