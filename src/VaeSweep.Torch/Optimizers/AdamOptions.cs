namespace VaeSweep.Torch;

/// <summary>One trial's settings of <see cref="Adam"/>.</summary>
/// <param name="Lr">Learning rate.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Eps">Added to the root of the second moment, as <paramref name="Form"/> says.</param>
/// <param name="Form">Where <paramref name="Eps"/> is added.</param>
/// <param name="Clip">Largest gradient norm of the trial, rescaled beyond; 0 is off.</param>
/// <param name="ClipEntries">Largest size of a gradient's entry, cut off after <paramref name="Clip"/>; 0 is off.</param>
/// <param name="Normalise">Added to each parameter's own gradient norm, by which that gradient is divided; 0 is off. Takes the
/// place of <paramref name="Clip"/>.</param>
/// <param name="SecondMomentStart">What second moments start from.</param>
public sealed record AdamOptions(
    double Lr = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Eps = 1e-8, EpsilonForm Form = EpsilonForm.Torch,
    double Clip = 0,
    double ClipEntries = 0, double Normalise = 0, double SecondMomentStart = 0);
