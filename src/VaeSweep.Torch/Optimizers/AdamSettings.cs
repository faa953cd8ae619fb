namespace VaeSweep.Torch;

/// <summary>What Adam knows of each trial: [M] float64 each, on the parameters' device.</summary>
internal sealed class AdamSettings : IDisposable
{
    public AdamSettings(IReadOnlyList<AdamOptions> trials, Device device)
    {
        Tensor Vector(Func<AdamOptions, double> pick) =>
            torch.tensor(trials.Select(pick).ToArray(), dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
        Rate = Vector(t => t.Lr);
        Beta1 = Vector(t => t.Beta1);
        Beta2 = Vector(t => t.Beta2);
        Eps = Vector(t => t.Eps);
        Hat = Vector(t => t.Form == EpsilonForm.Hat ? 1 : 0);
        Clip = Vector(t => t.Clip);
        ClipEntries = Vector(t => t.ClipEntries);
        Normalise = Vector(t => t.Normalise);
        Steps = Vector(_ => 0);
        Norm = Vector(_ => 0);
        Shapes = trials.Any(t => t.ClipEntries > 0 || t.Normalise > 0);
    }

    public Tensor Rate { get; }

    public Tensor Beta1 { get; }

    public Tensor Beta2 { get; }

    public Tensor Eps { get; }

    public Tensor Hat { get; }

    public Tensor Clip { get; }

    public Tensor ClipEntries { get; }

    public Tensor Normalise { get; }

    public Tensor Steps { get; }

    public Tensor Norm { get; }

    /// <summary>Whether some trial's gradients are reshaped before they are used.</summary>
    public bool Shapes { get; }

    public void SetLearningRates(IReadOnlyList<double> rates)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Rate.copy_(torch.tensor(rates.ToArray(), dtype: ScalarType.Float64));
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[Rate, Beta1, Beta2, Eps, Hat, Clip, ClipEntries, Normalise, Steps, Norm])
            tensor.Dispose();
    }
}
