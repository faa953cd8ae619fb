# The BCa interval of the mean (Efron 1987) of the treated mice of Efron and Tibshirani 1993, table 2.1. Run: python3 bca.py
import random
from statistics import NormalDist

values = [94, 197, 16, 38, 99, 141, 23]
n, mean, normal = len(values), sum(values) / len(values), NormalDist()
random.seed(1)
means = sorted(sum(random.choices(values, k=n)) / n for _ in range(400_000))
below = sum(m < mean for m in means) + 0.5 * sum(m == mean for m in means)
bias = normal.inv_cdf(below / len(means))
jackknife = [(sum(values) - v) / (n - 1) for v in values]
centre = sum(jackknife) / n
acceleration = sum((centre - j) ** 3 for j in jackknife) / (6 * sum((centre - j) ** 2 for j in jackknife) ** 1.5)
for level in (0.025, 0.975):
    z = bias + normal.inv_cdf(level)
    print(means[int(normal.cdf(bias + z / (1 - acceleration * z)) * len(means))])
