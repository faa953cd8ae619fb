namespace VaeSweep.Torch.Kernels;

/// <summary>One trial's coefficients of an Adam step: p -= Rate * m / (sqrt(v) * Root + Eps), the gradient scaled
/// first.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Rate">Learning rate with its bias corrections.</param>
/// <param name="Root">Factor of the second moment's root.</param>
/// <param name="Eps">Added to the scaled root.</param>
/// <param name="Scale">Factor of the gradient: below 1 where its norm is clipped.</param>
public readonly record struct AdamCoefficients(double Beta1, double Beta2, double Rate, double Root, double Eps, double Scale)
{
    /// <summary>Those of a step.</summary>
    /// <param name="step">1 for the first.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="eps">Epsilon.</param>
    /// <param name="form">Where epsilon is added.</param>
    /// <param name="scale">Factor of the gradient.</param>
    /// <remarks>Kingma and Ba 2015, algorithm 1, and the form at the end of section 2 ("epsilon hat").</remarks>
    public static AdamCoefficients At(
        double step, double lr, double beta1, double beta2, double eps, EpsilonForm form, double scale = 1)
    {
        double correct1 = 1 - Math.Pow(beta1, step), correct2 = Math.Sqrt(1 - Math.Pow(beta2, step));
        return form == EpsilonForm.Hat
            ? new(beta1, beta2, lr / correct1 * correct2, 1, eps, scale)
            : new(beta1, beta2, lr / correct1, 1 / correct2, eps, scale);
    }
}
