using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A published model that is timed.</summary>
/// <param name="Batch">Images in a training step, as published.</param>
internal sealed record FamilyCase(string Name, ModelConfig Model, ObjectiveConfig Objective, int Batch)
{
    /// <summary>Images whose log-likelihood is computed at a time.</summary>
    public const int Evaluated = 10;

    private static readonly ModelConfig Iwae = new()
    {
        Layers = [50], Hidden = [[200, 200]], Activation = "tanh", Init = "xavier_uniform",
    };

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<FamilyCase> All { get; } =
    [
        new("IWAE K = 5, 784-200-200-50", Iwae, new ObjectiveConfig { Bound = "iwae", K = 5 }, 20),
        new("IWAE K = 50, 784-200-200-50", Iwae, new ObjectiveConfig { Bound = "iwae", K = 50 }, 20),
        new("VampPrior C = 500, 784-300-300-40 gated",
            new ModelConfig
            {
                Layers = [40], Hidden = [[300, 300]], Activation = "gated", EncoderHead = "hardtanh", Init = "he_normal", Prior = "vampprior", PseudoInputs = 500,
            },
            new ObjectiveConfig(), 100),
        new("ladder 64-32-16-8-4 with batch norm",
            new ModelConfig
            {
                Family = "ladder", Layers = [64, 32, 16, 8, 4], Hidden = [[512, 512], [256, 256], [128, 128], [64, 64], [32, 32]], Activation = "leaky_relu",
                EncoderHead = "softplus", BatchNorm = true,
            },
            new ObjectiveConfig(), 256),
    ];

    /// <summary>What pytorch/family_steps.py reads.</summary>
    public string ForPyTorch() => JsonSerializer.Serialize(
        new
        {
            Batch, Evaluated, Model.Family, Model.Layers, Model.Hidden, Model.Activation, Model.BatchNorm, Model.EncoderHead, Model.Init, Model.Decoder, Model.Prior,
            Model.PseudoInputs, Objective.Bound, Objective.K,
        },
        Snake);
}
