namespace VaeSweep.Results.Figures;

/// <summary>One stochastic layer of one trial over its epochs.</summary>
/// <param name="Epochs">The measured ones, rising.</param>
/// <param name="Activity">[epoch, unit]: variance over images of the posterior mean.</param>
/// <param name="Kl">[epoch, unit], nats per image.</param>
public sealed record UnitCurves(IReadOnlyList<int> Epochs, double[,] Activity, double[,] Kl)
{
    public int Units => Activity.GetLength(1);
}
