using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A published model that is timed.</summary>
/// <param name="Short">What its gates call it.</param>
/// <param name="Batch">Images in a training step, as published.</param>
internal sealed record FamilyCase(string Short, string Name, ModelConfig Model, ObjectiveConfig Objective, int Batch)
{
    /// <summary>Images in a step of <see cref="Step"/>.</summary>
    public const int StepBatch = 100;

    private static readonly ModelConfig _iwae = new()
    {
        Layers = [50], Hidden = [[200, 200]], Activation = "tanh", Init = "xavier_uniform",
    };

    private static readonly ModelConfig _gated = new()
    {
        Layers = [40], Hidden = [[300, 300]], Activation = "gated", EncoderHead = "hardtanh", Init = "he_normal",
    };

    private static readonly JsonSerializerOptions _snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<FamilyCase> All { get; } =
    [
        new("IWAE K=5", "IWAE K = 5, 784-200-200-50", _iwae, new ObjectiveConfig { Bound = "iwae", K = 5 }, 20),
        new("IWAE K=50", "IWAE K = 50, 784-200-200-50", _iwae, new ObjectiveConfig { Bound = "iwae", K = 50 }, 20),
        new("VampPrior C=500", "VampPrior C = 500, 784-300-300-40 gated", _gated with { Prior = "vampprior", PseudoInputs = 500 },
            new ObjectiveConfig(), 100),
        new("ladder", "ladder 64-32-16-8-4 with batch norm",
            new ModelConfig
            {
                Family = "ladder", Layers = [64, 32, 16, 8, 4], Hidden = [[512, 512], [256, 256], [128, 128], [64, 64], [32, 32]],
                Activation = "leaky_relu",
                EncoderHead = "softplus", BatchNorm = true,
            },
            new ObjectiveConfig(), 256),
        new("HVAE", "HVAE 40-40, 300-300 gated",
            _gated with { Family = "hvae", Layers = [40, 40], Hidden = [[300, 300], [300, 300]] }, new ObjectiveConfig(), 100),
        new("flow", "five planar flows, 784-300-300-40", Step("softplus").Model with { Posterior = "planar", Flows = 5 },
            new ObjectiveConfig(), 100),
    ];

    /// <summary>The model of the step benchmark.</summary>
    public static FamilyCase Step(string activation) =>
        new("step", $"784-300-300-40, {activation}",
            new ModelConfig { Layers = [40], Hidden = [[300, 300]], Activation = activation }, new ObjectiveConfig(), StepBatch);

    /// <summary>Names as in a sweep file; every field that pytorch/families.py knows, and none besides.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Batch, Model.Family, Model.Layers, Model.Hidden, Model.Activation, Model.BatchNorm, Model.EncoderHead, Model.Init,
                Model.Decoder, Model.Prior,
            Model.PseudoInputs, Model.Posterior, Model.Flows, Model.FlowHidden, Objective.Bound, Objective.K,
        },
        _snake);
}
