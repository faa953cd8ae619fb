namespace VaeSweep.Sweeps;

/// <summary>How long a trial would take on one NVIDIA H200: an estimate from the sheet, not a measurement.</summary>
/// <remarks>Small models are bound by launches, large ones by products; the two are added. Products: 67 TFLOP/s in float32, of
/// which a fifth is reached at the sizes of these models. Launches: some 15 kernels for each dense layer of a training step
/// (forward, backward, Adam), 5 microseconds each, no other trial beside it. A pack of trials that is replayed as one graph needs
/// far less than its sum.</remarks>
internal static class H200
{
    private const double MultiplyAdds = 67e12 / 2 / 5;
    private const double KernelsOfLayer = 15;
    private const double KernelSeconds = 5e-6;

    /// <summary>What the estimate rests on, for a person.</summary>
    public const string Basis = "not measured: a fifth of 67 TFLOP/s, and 15 kernels of 5 us for each layer of a step, trial "
        + "after trial";

    public static double Seconds(TrialCost cost, int epochs)
    {
        var launches = cost.StepsPerEpoch * cost.Layers * KernelsOfLayer * KernelSeconds;
        return (epochs * ((cost.PerEpoch / MultiplyAdds) + launches)) + (cost.Evaluation / MultiplyAdds);
    }
}
