namespace VaeSweep.Gpu.Tests;

/// <summary>Whole training steps of models: the same parameters, images and noise on both sides.</summary>
public sealed class StepParityTests : DeviceTest
{
    private const int Pixels = 30;
    private const int Batch = 12;
    private const int Steps = 3;

    private static readonly Dictionary<string, (ModelConfig Model, ObjectiveConfig Objective)> _kinds =
        new(StringComparer.Ordinal)
    {
        ["plain"] = (new() { Layers = [5], Hidden = [[16, 11]] }, new()),
        ["batch norm, relu, beta"] =
            (new() { Layers = [5], Hidden = [[16]], BatchNorm = true, Activation = "relu" }, new() { Beta = 0.5 }),
        ["iwae, tanh"] = (new() { Layers = [4], Hidden = [[16]], Activation = "tanh" }, new() { Bound = "iwae", K = 5 }),
        ["free bits, gated"] = (new() { Layers = [4], Hidden = [[9]], Activation = "gated" }, new() { FreeBits = 0.1 }),
        ["gaussian images"] = (new() { Layers = [4], Hidden = [[16]], Decoder = "gaussian" }, new()),
        ["two layers"] = (new() { Layers = [6, 3], Hidden = [[16], [8]] }, new()),
        ["hierarchical"] = (new() { Family = "hvae", Layers = [6, 3], Hidden = [[16], [8]] }, new()),
        ["ladder"] = (new() { Family = "ladder", Layers = [6, 3], Hidden = [[16], [8]], BatchNorm = true }, new()),
        ["vampprior"] = (new() { Layers = [4], Hidden = [[16]], Prior = "vampprior", PseudoInputs = 7 }, new() { K = 2 }),
        ["mixture prior"] = (new() { Layers = [4], Hidden = [[16]], Prior = "mixture", PseudoInputs = 7 }, new()),
        ["grey values"] = (new() { Layers = [4], Hidden = [[16]], Decoder = "logistic", EncoderHead = "exp" }, new() { K = 2 }),
        ["fixed posterior"] = (new() { Layers = [4], Hidden = [[16]], Posterior = "fixed" }, new() { Beta = 0 }),
        ["planar flows"] = (new() { Layers = [4], Hidden = [[16]], Posterior = "planar", Flows = 2, AmortisedFlows = true },
            new() { Bound = "iwae", K = 3 }),
        ["coupling flows"] =
            (new() { Layers = [4], Hidden = [[16]], Posterior = "coupling", Flows = 2, FlowHidden = 8, Prior = "vampprior",
                PseudoInputs = 7 }, new()),
        ["ladder of the published runs"] = (new()
        {
            Family = "ladder", Layers = [4, 2], Hidden = [[16], [8]], BatchNorm = true, BatchNormHeads = true,
            EncoderHead = "softplus", VarianceFloor = 1e-5, ShareTopDown = false,
            MeanOnlyUp = true, Activation = "leaky_relu", LeakySlope = 0.01,
        }, new() { KlForm = "monte_carlo" }),
    };

    public static TheoryData<string, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (var kind in _kinds.Keys)
            {
                cases.Add(kind, ScalarType.Float32);
                cases.Add(kind, ScalarType.Float64);
            }

            return cases;
        }
    }

    public static TheoryData<string> Names => [.. _kinds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_gradients_and_adam_s_steps_agree_with_the_cpu(string kind, ScalarType type)
    {
        var expected = Train(kind, [1, 2, 3], type, CPU);

        var actual = OnDevice(device => Train(kind, [1, 2, 3], type, device));

        foreach (var (name, values) in expected)
        {
            // A few steps let roundings grow.
            Close(name, values, actual[name], type == ScalarType.Float64 ? 1e-9 : 2e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pack_of_three_gives_each_trial_what_it_gets_alone(string kind)
    {
        long[] seeds = [1, 2, 3];

        var pack = OnDevice(device => Train(kind, seeds, ScalarType.Float32, device));

        for (var m = 0; m < seeds.Length; m++)
        {
            var alone = OnDevice(device => Train(kind, [seeds[m]], ScalarType.Float32, device));
            foreach (var (name, values) in alone)
                Close($"{name} of trial {m}", values, pack[name].AsSpan(m * values.Length, values.Length).ToArray(), 2e-4);
        }
    }

    [Fact]
    public void Nan_in_one_trial_leaves_the_others_as_they_are()
    {
        var sound = OnDevice(device => Train("plain", [1, 2, 3], ScalarType.Float32, device));

        var broken = OnDevice(device => Train("plain", [1, 2, 3], ScalarType.Float32, device, poisoned: 1));

        foreach (var (name, values) in sound)
        {
            var width = values.Length / 3;
            foreach (var m in new[] { 0, 2 })
            {
                Close($"{name} of trial {m}", values.AsSpan(m * width, width).ToArray(), broken[name].AsSpan(m * width, width)
                    .ToArray(), 1e-6);
            }
        }

        Assert.True(double.IsNaN(broken["step 0, objective"][1]));
    }

    [Fact]
    public void Bounds_and_likelihoods_of_a_model_agree_with_the_cpu()
    {
        var (model, objective) = _kinds["two layers"];
        double[] Measure(Device device)
        {
            using var scope = NewDisposeScope();
            using var pack = PackModel.Create(model, objective, Pixels, [1, 2], device, ScalarType.Float64);
            var x = Images([1, 2], 7, ScalarType.Float64, device);
            var terms = pack.EvaluateBound(x, Noise(pack, [1, 2], 9, 50, ScalarType.Float64, device));
            return [.. Doubles(terms.Elbo), .. Doubles(terms.Kl), .. Doubles(terms.Importance), .. pack.PosteriorMeans(x)
                .SelectMany(Doubles)];
        }

        var expected = Measure(CPU);

        Close("bounds", expected, OnDevice(Measure), 1e-10);
    }

    private static Dictionary<string, double[]> Train(
        string kind, long[] seeds, ScalarType type, Device device, int? poisoned = null)
    {
        using var scope = NewDisposeScope();
        var (config, objective) = _kinds[kind];
        using var model = PackModel.Create(config, objective, Pixels, seeds, device, type);
        // Epsilon is large, so that a gradient near zero does not decide by its rounding which way a whole step goes.
        var rates = seeds.Select(seed =>
            new AdamOptions(Lr: 1e-3 * seed, Eps: 1e-2, Clip: seed == 2 ? 1 : 0, Form: seed == 3
                ? EpsilonForm.Hat : EpsilonForm.Torch));
        using var adam = new Adam([.. model.Parameters.Select(p => p.Tensor)], [.. rates]);
        var beta = torch.full([seeds.Length], objective.Beta, dtype: type, device: device);
        var results = new Dictionary<string, double[]>(StringComparer.Ordinal);
        model.Training = true;
        if (poisoned is { } lane)
        {
            using var noGrad = no_grad();
            model.Parameters[0].Tensor.select(0, lane).fill_(double.NaN);
        }

        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            using var tape = new Tape();
            var terms = model.Step(Images(seeds, step, type, device), beta,
                Noise(model, seeds, 1000 + step, objective.K, type, device));
            tape.Backward(terms.Loss);
            foreach (var (name, tensor) in model.Parameters.Where(_ => step == 0))
                results[$"gradient of {name}"] = Doubles(tensor.grad ?? torch.zeros_like(tensor));

            results[$"step {step}, objective"] = Doubles(terms.Objective);
            results[$"step {step}, elbo"] = Doubles(terms.Elbo);
            results[$"step {step}, recon"] = Doubles(terms.Recon);
            results[$"step {step}, kl"] = Doubles(terms.Kl);
            results[$"step {step}, norm"] = Doubles(adam.step());
        }

        foreach (var (name, tensor) in model.Parameters.Concat(model.Buffers))
            results[name] = Doubles(tensor);

        for (var i = 0; i < model.Parameters.Count; i++)
        {
            results[$"m of {model.Parameters[i].Name}"] = Doubles(adam.FirstMoments[i]);
            results[$"v of {model.Parameters[i].Name}"] = Doubles(adam.SecondMoments[i]);
        }

        return results;
    }

    // Each trial's images and noise come from its own seed, so that they are the same in any pack.
    private static Tensor Images(long[] seeds, int step, ScalarType type, Device device) =>
        torch.stack([.. seeds.Select(seed => Draw([Batch, Pixels], (int)((seed * 100) + step), type).sigmoid())]).to(device);

    private static Tensor[] Noise(PackModel model, long[] seeds, int step, int k, ScalarType type, Device device) =>
    [
        .. model.NoiseShapes(Batch, k).Select((shape, layer) =>
            torch.stack([.. seeds.Select(seed => Draw(shape[1..], (int)((seed * 10_000) + (step * 10) + layer), type))])
                .to(device)),
    ];
}
