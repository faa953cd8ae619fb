"""golden.binary and the noise of trials for many numbers at once, in NumPy. Long trainings need it; golden.py stays the definition."""
import numpy as np

import golden


def philox(key, c0, c1, c2, c3):
    """golden.philox of arrays of counters; four arrays of words."""
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.asarray(c, np.uint64) for c in (c0, c1, c2, c3)))
    word, half, k0, k1 = np.uint64(golden.WORD), np.uint64(32), key & golden.WORD, key >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = p1 >> half ^ c1 ^ np.uint64(k0), p1 & word, p0 >> half ^ c3 ^ np.uint64(k1), p0 & word
        k0, k1 = k0 + 0x9E3779B9 & golden.WORD, k1 + 0xBB67AE85 & golden.WORD
    return c0, c1, c2, c3


def binary(grey, part, seed, epoch):
    """grey: uint8 [N, D]; the same shape back, 0 or 255."""
    stream, (place, draw) = golden.key(0x62696E617279, seed), golden.kind(part, epoch)
    rows, pixels = grey.shape
    blocks = -(-pixels // 16)
    words = np.stack(philox(stream, np.arange(blocks)[None], np.arange(rows)[:, None], place, draw), -1)
    digits = words.astype("<u4").view(np.uint8).reshape(rows, -1)[:, :pixels]
    out = np.where((grey == 255) | (digits < grey), 255, 0).astype(np.uint8)
    tied, at = np.nonzero((digits == grey) & (grey != 0) & (grey != 255))
    low, high, _, _ = philox(stream, at, tied, place, draw + 32)
    limit = grey[tied, at].astype(np.uint64) * np.uint64(0x0101010101010101)
    out[tied, at] = np.where((low | high << np.uint64(32)) < limit, 255, 0)
    return out


class Noise:
    """Standard normal draws of one place of a trial's stream."""

    def __init__(self, key, epoch=0, step=0):
        self.key, self.epoch, self.step, self.draws = key, epoch, step, 0

    def normal(self, *shape):
        count = int(np.prod(shape))
        words = np.stack(philox(self.key, np.arange(-(-count // 4)), self.draws, self.step, self.epoch), -1).astype(float)
        self.draws += 1
        radius, angle = np.sqrt(-2 * np.log((words[:, 0::2] + 1) / 2 ** 32)), 2 * np.pi * words[:, 1::2] / 2 ** 32
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1).reshape(-1)[:count].reshape(shape)
