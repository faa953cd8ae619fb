"""Prints the golden numbers of IwaeCodeAdamTests.cs: eight steps of Adam as the IWAE's published code takes them, in NumPy's float64.

All of a step's updates are made from what was there before it, as Theano's are, and gradients are summed over a batch of 20 images.
Run it here: /usr/bin/python3 iwae_adam.py
"""
import numpy as np

BATCH, EPSILON, BETA1, BETA2 = 20, 1e-4, 0.99, 0.999


def gradient(step):
    """Of the mean over the batch."""
    return step * np.sin(1 + np.arange(5) + 2 * step) / 10


def run(rate, start):
    values, first, second, timestep = np.linspace(-1, 1, 5), np.zeros(5), np.full(5, start), 1.0
    for step in range(1, 9):
        summed = BATCH * gradient(step)
        alpha = rate * np.sqrt(1 - BETA2 ** timestep) / (1 - BETA1 ** timestep)
        values, first, second, timestep = (
            values - alpha * first / (np.sqrt(second) + EPSILON),
            BETA1 * first + (1 - BETA1) * summed,
            BETA2 * second + (1 - BETA2) * summed ** 2,
            timestep + 1)
    return values


for rate, start in ((0.02, 1.0), (0.05, 0.25)):
    print(", ".join(f"{v:.17g}" for v in run(rate, start)))
