namespace VaeSweep.Models.Layers;

/// <summary>Fills one trial's weight [inputs, outputs] from its stream.</summary>
internal delegate void Initialisation(Tensor weight, int inputs, int outputs, NoiseStream stream);

/// <summary>Ways to start a weight.</summary>
/// <remarks>Glorot and Bengio 2010, equation 16 (variance 2 / (inputs + outputs)); He et al. 2015, equation 10 (variance 2 /
/// inputs).</remarks>
internal static class InitialisationKinds
{
    public static Registry<Initialisation> Registry { get; } = new("initialisation", new Dictionary<string, Initialisation>
    {
        ["xavier_normal"] = (weight, inputs, outputs, stream) => weight.normal_(0, Math.Sqrt(2.0 / (inputs + outputs)), stream),
        ["xavier_uniform"] = XavierUniform,
        ["he_normal"] = (weight, inputs, _, stream) => weight.normal_(0, Math.Sqrt(2.0 / inputs), stream),
    });

    private static void XavierUniform(Tensor weight, int inputs, int outputs, NoiseStream stream)
    {
        var limit = Math.Sqrt(6.0 / (inputs + outputs));
        weight.uniform_(-limit, limit, stream);
    }
}
