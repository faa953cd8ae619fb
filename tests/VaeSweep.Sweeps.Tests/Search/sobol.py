"""Writes src/VaeSweep.Sweeps/Search/sobol.txt and sobol_points.txt, from the directions that PyTorch carries (Joe and Kuo 2008).

Debian: apt install python3-torch; /usr/bin/python3 sobol.py
"""
import hashlib
import os
import struct

import torch

DIMENSIONS, BITS, POINTS = 64, 30, 1024
HERE = os.path.dirname(os.path.abspath(__file__))

engine = torch.quasirandom.SobolEngine(DIMENSIONS)
directions = [[int(v) >> (BITS - 1 - j) for j, v in enumerate(row)] for row in engine.sobolstate.tolist()]


def fits(m, s, a):
    """Whether the numbers follow the recurrence of a polynomial of degree s with coefficients a."""
    for j in range(s, BITS):
        new = m[j - s] ^ (m[j - s] << s)
        for k in range(1, s):
            if (a >> (s - 1 - k)) & 1:
                new ^= m[j - k] << k
        if new != m[j]:
            return False
    return True


lines = ["# d s a m: Joe and Kuo, new-joe-kuo-6.21201, the first dimensions (web.maths.unsw.edu.au/~fkuo/sobol)"]
for d in range(1, DIMENSIONS):
    m = directions[d]
    s, a = next((s, a) for s in range(1, 14) for a in range(1 << (s - 1)) if fits(m, s, a))
    lines.append(" ".join(map(str, [d + 1, s, a] + m[:s])))
with open(os.path.join(HERE, "../../../src/VaeSweep.Sweeps/Search/sobol.txt"), "w") as out:
    out.write("\n".join(lines) + "\n")

points = (engine.draw(POINTS, dtype=torch.float64) * 2 ** 32).to(torch.int64)
packed = b"".join(struct.pack("<I", int(x)) for x in points.flatten())
with open(os.path.join(HERE, "sobol_points.txt"), "w") as out:
    out.write(f"# sha256 of the first {POINTS} points in {DIMENSIONS} dimensions as uint32, by PyTorch {torch.__version__}\n")
    out.write(hashlib.sha256(packed).hexdigest() + "\n")
