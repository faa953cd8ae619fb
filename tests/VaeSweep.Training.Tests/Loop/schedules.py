"""Prints the golden numbers of ScheduleGoldenTests.cs: learning rates by PyTorch's schedulers, weights of the KL term by their papers' formulas.

Run it here: /usr/bin/python3 schedules.py
"""
import numpy as np
import torch

IWAE_EPOCHS = (1, 2, 4, 5, 13, 14, 40, 41, 121, 122, 364, 365, 1093, 1094, 3280)


def rates(scheduler, epochs, start):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=start)
    schedule, found = scheduler(optimiser), []
    for _ in range(epochs):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return found


def iwae_factor(done):
    """Of Burda et al.'s eight stages of 3^i epochs; `done` epochs are over."""
    stage = next((i for i in range(8) if done < sum(3 ** j for j in range(i + 1))), 7)
    return round(10 ** (1 - stage / 7), 1) / 10


def cyclic(epochs, cycles, ratio, count):
    """Fu et al. 2019, equations 6 and 7; iteration t = 1, 2, ... of T in M cycles."""
    length = epochs / cycles
    tau = np.mod(np.arange(epochs), np.ceil(length)) / length
    return np.concatenate([np.minimum(tau / ratio, 1), np.ones(count - epochs)])


def show(name, values):
    print(name + ": " + ", ".join(f"{v:.17g}" for v in values))


StepLR, LambdaLR = torch.optim.lr_scheduler.StepLR, torch.optim.lr_scheduler.LambdaLR
show("step 0.75 every 3", rates(lambda o: StepLR(o, step_size=3, gamma=0.75), 12, 1e-3))
show("step 0.5 every 1", rates(lambda o: StepLR(o, step_size=1, gamma=0.5), 5, 2e-4))
by_epoch = rates(lambda o: LambdaLR(o, iwae_factor), max(IWAE_EPOCHS), 1e-3)
show("iwae", [by_epoch[epoch - 1] for epoch in IWAE_EPOCHS])
show("linear 5", np.minimum(np.arange(8) / 5, 1))
show("vampprior 5", np.minimum((np.arange(8) + 1) / 5, 1))
show("cyclic 12, 3 of 0.5", cyclic(12, 3, 0.5, 14))
show("cyclic 20, 4 of 0.8", cyclic(20, 4, 0.8, 22))
