namespace VaeSweep.Torch.Tests;

public sealed class AdamTests : TorchTest
{
    private static readonly AdamOptions _settings = new(Lr: 0.02, Beta1: 0.8, Beta2: 0.95, Eps: 1e-2);

    public static TheoryData<string, EpsilonForm, double, ScalarType, double> Cases => new()
    {
        { "torch_clip0_float32", EpsilonForm.Torch, 0, ScalarType.Float32, 2e-6 },
        { "torch_clip0_float64", EpsilonForm.Torch, 0, ScalarType.Float64, 1e-13 },
        { "torch_clip2.5_float32", EpsilonForm.Torch, 2.5, ScalarType.Float32, 2e-6 },
        { "torch_clip2.5_float64", EpsilonForm.Torch, 2.5, ScalarType.Float64, 1e-13 },
        { "hat_clip0_float32", EpsilonForm.Hat, 0, ScalarType.Float32, 2e-6 },
        { "hat_clip0_float64", EpsilonForm.Hat, 0, ScalarType.Float64, 1e-13 },
        { "hat_clip2.5_float32", EpsilonForm.Hat, 2.5, ScalarType.Float32, 2e-6 },
        { "hat_clip2.5_float64", EpsilonForm.Hat, 2.5, ScalarType.Float64, 1e-13 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Twenty_steps_end_where_pytorch_s_do(string name, EpsilonForm form, double clip, ScalarType type, double tolerance)
    {
        var golden = GoldenFile.Case("adam").GetProperty(name);
        var p = Draw([1, 3, 4], 20, type).requires_grad_(true);
        var q = Draw([1, 2, 5], 21, type).requires_grad_(true);
        using var adam = new Adam([p, q], [_settings with { Form = form, Clip = clip }]);
        var norms = new List<double>();

        for (var t = 1; t <= 20; t++)
        {
            var loss = (p - Draw([1, 3, 4], 100 + t, type)).square().sum() + (q * q * Draw([1, 2, 5], 200 + t, type).abs()).sum();
            loss.backward();
            norms.Add(adam.step().item<double>());
        }

        Close(GoldenFile.Numbers(golden.GetProperty("p")), Doubles(p), tolerance);
        Close(GoldenFile.Numbers(golden.GetProperty("q")), Doubles(q), tolerance);
        Close([.. golden.GetProperty("norms").EnumerateArray().Select(n => n.GetDouble())], norms, tolerance);
        Assert.Equal([20.0], adam.Steps.data<double>().ToArray());
    }

    [Fact]
    public void Trials_of_a_pack_move_as_they_do_alone()
    {
        AdamOptions[] settings = [new(Lr: 0.1), new(Lr: 0.01, Beta1: 0.5, Beta2: 0.9, Eps: 1e-4, Form: EpsilonForm.Hat),
            new(Lr: 0.05, Clip: 0.5)];
        var start = Draw([3, 100, 77], 1, ScalarType.Float32);

        var pack = Train(start.clone(), settings);
        var alone = settings.Select((s, i) => Train(start.narrow(0, i, 1).clone(), [s])).ToArray();

        Assert.Equal(torch.cat(alone).data<float>().ToArray(), pack.data<float>().ToArray());
    }

    [Fact]
    public void A_step_clears_the_gradients()
    {
        var p = torch.ones([1, 3]).requires_grad_(true);
        using var adam = new Adam([p], [new AdamOptions()]);
        p.sum().backward();

        adam.step();

        Assert.Null(p.grad);
    }

    [Fact]
    public void A_parameter_without_gradient_stays()
    {
        var used = torch.ones([1, 3]).requires_grad_(true);
        var unused = torch.ones([1, 3]).requires_grad_(true);
        using var adam = new Adam([unused, used], [new AdamOptions()]);
        used.sum().backward();

        adam.step();

        Assert.Equal([1f, 1, 1], unused.data<float>().ToArray());
        Assert.NotEqual([1f, 1, 1], used.data<float>().ToArray());
    }

    [Fact]
    public void Training_goes_on_from_saved_moments_bit_for_bit()
    {
        var start = Draw([1, 50], 3, ScalarType.Float32);
        var whole = start.clone().requires_grad_(true);
        var first = start.clone().requires_grad_(true);
        using var adam = new Adam([whole], [_settings]);
        using var before = new Adam([first], [_settings]);
        using var after = new Adam([first], [_settings]);

        Steps(adam, whole, 1, 20);
        Steps(before, first, 1, 10);
        after.FirstMoments[0].copy_(before.FirstMoments[0]);
        after.SecondMoments[0].copy_(before.SecondMoments[0]);
        after.Steps.copy_(before.Steps);
        Steps(after, first, 11, 20);

        Assert.Equal(whole.bytes.ToArray(), first.bytes.ToArray());
    }

    [Fact]
    public void Learning_rates_can_change_between_steps()
    {
        var p = torch.ones([2, 1]).requires_grad_(true);
        using var adam = new Adam([p], [new AdamOptions(Lr: 1), new AdamOptions(Lr: 1)]);
        adam.SetLearningRates([0, 0.5]);

        p.sum().backward();
        adam.step();

        Close([1, 0.5], Doubles(p), 1e-6);
    }

    [Fact]
    public void A_parameter_that_does_not_lead_with_the_trials_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => new Adam([torch.ones([2, 3])], [new AdamOptions()]));

        Assert.Contains("[2, 3]", e.Message, StringComparison.Ordinal);
    }

    private static Tensor Train(Tensor p, AdamOptions[] settings)
    {
        p.requires_grad_(true);
        using var adam = new Adam([p], settings);
        Steps(adam, p, 1, 5);
        return p;
    }

    private static void Steps(Adam adam, Tensor p, int from, int to)
    {
        for (var t = from; t <= to; t++)
        {
            (p * p * (p + t)).sum().backward();
            adam.step();
        }
    }

    private static Tensor Draw(long[] shape, int seed, ScalarType type)
    {
        using var g = new torch.Generator((ulong)seed);
        return torch.randn(shape, dtype: ScalarType.Float64, generator: g).to(type);
    }
}
