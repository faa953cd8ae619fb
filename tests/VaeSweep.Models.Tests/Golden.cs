using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeSweep.Models.Tests;

/// <summary>Numbers that reference/make_golden.py wrote.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static T Read<T>(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "reference", "golden", file);
        return JsonSerializer.Deserialize<T>(File.ReadAllText(path), _options)
            ?? throw new InvalidDataException($"{path} is empty.");
    }
}

/// <summary>A tensor of a golden file; its first dimension is the trial.</summary>
public sealed record GoldenTensor(long[] Shape, double[] Values)
{
    public Tensor On(ScalarType dtype) => torch.tensor(Values, Shape).to(dtype);

    /// <summary>Of one trial, as a pack of one.</summary>
    public GoldenTensor Trial(int m)
    {
        var size = Values.Length / (int)Shape[0];
        return new GoldenTensor([1, .. Shape[1..]], Values[(m * size)..((m + 1) * size)]);
    }
}

/// <summary>A model, a minibatch, and what a step and an evaluation of it must give.</summary>
public sealed record StepCase(
    string Name, GoldenModel Config, string Bound, int K, double FreeBits, double[] Beta, GoldenTensor X, GoldenTensor[] Eps,
    Dictionary<string, GoldenTensor> Parameters, Dictionary<string, GoldenTensor> Gradients,
    Dictionary<string, GoldenTensor> Buffers, Dictionary<string, GoldenTensor> BuffersAfter,
    double[] Objective, double[] Elbo, double[] Recon, double[] Kl, GoldenEvaluation Evaluation)
{
    public int Trials => Beta.Length;

    /// <summary>As before the step, or with the running statistics that it left.</summary>
    public PackModel Build(ScalarType dtype, bool afterStep = false)
    {
        var model = PackModel.Create(
            Config.ToModel(), ToObjective(), Config.Inputs, [.. Enumerable.Range(0, Trials).Select(m => (long)m)],
            CPU, dtype, new DataHints { PseudoImages = new float[Config.PseudoInputs * Config.Inputs] });
        Assert.Equal(Parameters.Keys, model.Parameters.Select(p => p.Name));
        Assert.Equal(Buffers.Keys, model.Buffers.Select(b => b.Name));
        using var noGrad = no_grad();
        foreach (var (name, tensor) in model.Parameters)
            tensor.copy_(Parameters[name].On(dtype));

        foreach (var (name, tensor) in model.Buffers)
            tensor.copy_((afterStep ? BuffersAfter : Buffers)[name].On(dtype));

        return model;
    }

    /// <summary>The same of trial m alone.</summary>
    public StepCase Alone(int m) => this with
    {
        Beta = [Beta[m]], X = X.Trial(m), Eps = [.. Eps.Select(e => e.Trial(m))], Parameters = Of(Parameters, m),
        Gradients = Of(Gradients, m),
        Buffers = Of(Buffers, m), BuffersAfter = Of(BuffersAfter, m),
        Objective = [Objective[m]], Elbo = [Elbo[m]], Recon = [Recon[m]], Kl = [Kl[m]],
    };

    public override string ToString() => Name;

    private ObjectiveConfig ToObjective() =>
        new() { Bound = Bound, K = K, FreeBits = FreeBits, FreeBitsForm = Config.FreeBitsForm, KlForm = Config.KlForm };

    private static Dictionary<string, GoldenTensor> Of(Dictionary<string, GoldenTensor> tensors, int m) =>
        tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Trial(m));
}

public sealed record GoldenModel(
    int Inputs, string Family, int[] Layers, int[][] Hidden, string Activation, string Decoder, bool BatchNorm,
    string EncoderHead,
    string Prior, int PseudoInputs, bool OpenBins = false, string Posterior = "gaussian", double PosteriorSd = 0.1, int Flows = 5,
    bool AmortisedFlows = false,
    int FlowHidden = 100, string FreeBitsForm = "units", string KlForm = "closed_form", double LeakySlope = 0.1,
    bool BatchNormHeads = false, double VarianceFloor = 0, bool ShareTopDown = true,
    bool MeanOnlyUp = false)
{
    public ModelConfig ToModel() => new()
    {
        Family = Family, Layers = Layers, Hidden = Hidden, Activation = Activation, Decoder = Decoder, BatchNorm = BatchNorm,
        EncoderHead = EncoderHead,
        Prior = Prior, PseudoInputs = PseudoInputs, OpenBins = OpenBins, Posterior = Posterior, PosteriorSd = PosteriorSd,
        Flows = Flows,
        AmortisedFlows = AmortisedFlows, FlowHidden = FlowHidden, LeakySlope = LeakySlope, BatchNormHeads = BatchNormHeads,
        VarianceFloor = VarianceFloor,
        ShareTopDown = ShareTopDown, MeanOnlyUp = MeanOnlyUp,
    };
}

public sealed record GoldenEvaluation(
    GoldenTensor[] Eps, int Samples, GoldenTensor Elbo, GoldenTensor Recon, GoldenTensor Kl, GoldenTensor?[] KlUnits,
    GoldenTensor Bound,
    GoldenTensor[] PosteriorMeans, GoldenTensor Likelihood);
