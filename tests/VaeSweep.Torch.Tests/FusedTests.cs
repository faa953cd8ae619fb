using System.Text.Json;

namespace VaeSweep.Torch.Tests;

/// <summary>Values and gradients of the fused operations: PyTorch's numbers, and finite differences.</summary>
public sealed class FusedTests : TorchTest
{
    /// <summary>On a tape and float32 the kernels compute both ways; else TorchSharp does.</summary>
    public static TheoryData<string, ScalarType, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType, bool>();
            foreach (var name in Operations.Keys)
            {
                cases.Add(name, ScalarType.Float64, false);
                cases.Add(name, ScalarType.Float64, true);
                cases.Add(name, ScalarType.Float32, false);
                cases.Add(name, ScalarType.Float32, true);
            }

            return cases;
        }
    }

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static Dictionary<string, Func<Dictionary<string, Tensor>, Tensor[]>> Operations { get; } =
        new(StringComparer.Ordinal)
    {
        ["linear_none"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.None)],
        ["linear_softplus"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.Softplus)],
        ["linear_relu"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.Relu)],
        ["linear_leaky_relu"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.LeakyRelu, 0.1)],
        ["linear_tanh"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.Tanh)],
        ["linear_sigmoid"] = i => [fused.linear(i["x"], i["w"], i["b"], Activation.Sigmoid)],
        ["bernoulli"] = i => [fused.bernoulli_log_prob(i["logits"], i["target"])],
        ["gaussian"] = i => [fused.gaussian_log_prob(i["x"], i["mean"], i["logvar"])],
        ["gaussian_sample"] = i => Pair(fused.gaussian_sample(i["mu"], i["logvar"], i["eps"])),
        ["gated_linear"] = i => [fused.gated_linear(i["x"], i["w"], i["b"], i["v"], i["c"])],
        ["batch_norm_none"] = i => [Normalised(i, Activation.None)],
        ["batch_norm_softplus"] = i => [Normalised(i, Activation.Softplus)],
        ["batch_norm_relu"] = i => [Normalised(i, Activation.Relu)],
        ["batch_norm_leaky_relu"] = i => [Normalised(i, Activation.LeakyRelu)],
        ["batch_norm_tanh"] = i => [Normalised(i, Activation.Tanh)],
        ["batch_norm_sigmoid"] = i => [Normalised(i, Activation.Sigmoid)],
        ["log_softplus"] = i => [fused.log_softplus(i["x"], 1e-3)],
        ["clamp"] = i => [fused.clamp(i["x"], -0.5, 1)],
        ["gaussian_kl"] = i => [Kl(i, 0)],
        ["gaussian_kl_floor"] = i => [Kl(i, 0.1)],
        ["gaussian_merge"] = i => Pair(fused.gaussian_merge(i["mean"], i["logvar"], i["other_mean"], i["other_logvar"])),
        ["planar_flow_shared"] = i => Pair(fused.planar_flow(i["z"], i["u"], i["w"], i["b"])),
        ["planar_flow_amortised"] = i => Pair(fused.planar_flow(i["z"], i["u"], i["w"], i["b"])),
        ["log_sum_exp"] = i => [fused.log_sum_exp(i["a"])],
        ["log_mean_exp"] = i => [fused.log_mean_exp(i["a"], 1)],
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_pytorch_s(string name, ScalarType type, bool taped)
    {
        var golden = GoldenFile.Case(name);
        var tolerance = type == ScalarType.Float64 ? 1e-11 : 3e-5;
        var inputs = GoldenFile.Inputs(golden, type);
        var grads = golden.GetProperty("grads").EnumerateObject()
            .ToDictionary(g => g.Name, g => GoldenFile.Numbers(g.Value), StringComparer.Ordinal);
        foreach (var input in grads.Keys)
            inputs[input].requires_grad_(true);

        using var tape = taped ? new Tape() : null;
        var outputs = Operations[name](inputs);
        foreach (var (expected, actual) in golden.GetProperty("outputs").EnumerateArray().Zip(outputs))
        {
            Assert.Equal(Shape(expected), actual.shape);
            Close(GoldenFile.Numbers(expected), Doubles(actual), tolerance);
        }

        Differentiate(Total(outputs), tape);

        foreach (var (input, expected) in grads)
            Close(expected, Doubles(inputs[input].grad!), tolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_those_of_finite_differences(string name)
    {
        var inputs = GoldenFile.Inputs(GoldenFile.Case(name), ScalarType.Float64);
        var names = inputs.Keys.Where(k => k != "target").ToArray();

        FiniteDifferences.Check(
            leaves => Total(Operations[name](names.Zip(leaves).Select(p => KeyValuePair.Create(p.First, p.Second))
                .Concat(inputs.Where(i => i.Key == "target")).ToDictionary(StringComparer.Ordinal))),
            [.. names.Select(n => inputs[n])]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pack_gives_each_trial_what_it_gets_alone(string name, ScalarType type, bool taped)
    {
        using var tape = taped ? new Tape() : null;
        var inputs = GoldenFile.Inputs(GoldenFile.Case(name), type);

        var pack = Operations[name](inputs);
        var alone = Operations[name](
            inputs.ToDictionary(i => i.Key, i => i.Value.narrow(0, 1, 1).contiguous(), StringComparer.Ordinal));

        foreach (var (whole, single) in pack.Zip(alone))
            Close(Doubles(single.select(0, 0)), Doubles(whole.select(0, 1)), type == ScalarType.Float64 ? 1e-13 : 1e-6);
    }

    [Fact]
    public void A_linear_layer_may_lack_the_bias()
    {
        var x = torch.ones([1, 2, 3]);
        var w = torch.full([1, 3, 4], 0.5);

        Assert.Equal(Enumerable.Repeat(1.5f, 8), fused.linear(x, w, null, Activation.None).data<float>().ToArray());
    }

    [Fact]
    public void Logits_far_from_zero_stay_finite_and_keep_their_gradient()
    {
        using var tape = new Tape();
        var logits = torch.tensor(new[] { -200f, -40, 40, 200 }, [1, 1, 4]).requires_grad_(true);

        var value = fused.bernoulli_log_prob(logits, torch.tensor(new[] { 1f, 0, 0, 1 }, [1, 1, 4]));
        Close([-240], Doubles(value), 1e-6);
        tape.Backward(value.sum());

        Close([1, 0, -1, 0], Doubles(logits.grad!), 1e-6);
    }

    [Fact]
    public void A_nan_stays_visible()
    {
        var x = torch.tensor(new[] { float.NaN, 1, 2 }, [1, 1, 3]);

        Assert.True(float.IsNaN(fused.bernoulli_log_prob(x, torch.ones([1, 1, 3])).item<float>()));
        foreach (var act in Enum.GetValues<Activation>().Where(a => a != Activation.Relu))
            Assert.True(float.IsNaN(fused.linear(x, torch.ones([1, 3, 1]), null, act).item<float>()), act.ToString());
    }

    [Fact]
    public void Rows_that_are_no_multiple_of_the_batch_are_refused() =>
        Assert.Throws<TorchException>(() => fused.bernoulli_log_prob(torch.zeros([1, 5, 2]), torch.zeros([1, 2, 2])));

    [Theory]
    [InlineData(ScalarType.Float32, 2e-5)]
    [InlineData(ScalarType.Float64, 1e-13)]
    public void A_log_sum_exp_without_a_gradient_is_that_with_one(ScalarType type, double tolerance)
    {
        var a = torch.randn([3, 501], dtype: type, generator: new torch.Generator(5)) * 20;

        Close(Doubles(a.logsumexp(1)), Doubles(fused.log_sum_exp(a)), tolerance);
    }

    [Fact]
    public void A_log_sum_exp_keeps_infinities_and_nan()
    {
        var a = torch.tensor(
            new[] { double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, 0, double.NaN,
                double.PositiveInfinity, 1, double.NaN }, [4, 2]);

        var value = Doubles(fused.log_sum_exp(a));

        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity, double.NaN, double.NaN], value);
    }

    [Fact]
    public void A_batch_norm_gives_mean_and_biased_variance_of_each_trial()
    {
        var x = torch.tensor(new[] { 1f, 10, 3, 30, 100, 5, 200, 5 }, [2, 2, 2]);

        var (y, mean, variance) = fused.batch_norm(x, torch.ones([2, 1, 2]), torch.zeros([2, 1, 2]), 1e-5, Activation.None);

        Close([2, 20, 150, 5], Doubles(mean), 1e-6);
        Close([1, 100, 2500, 0], Doubles(variance), 1e-6);
        Close([-1, -1, 1, 1, -1, 0, 1, 0], Doubles(y), 1e-5);
    }

    private static Tensor Normalised(Dictionary<string, Tensor> i, Activation activation) =>
        fused.batch_norm(i["x"], i["weight"], i["bias"], 1e-5, activation, 0.1).y;

    private static Tensor Kl(Dictionary<string, Tensor> i, double floor) =>
        fused.gaussian_kl(i["mean"], i["logvar"], i["other_mean"], i["other_logvar"], floor);

    private static void Differentiate(Tensor loss, Tape? tape)
    {
        if (tape is null)
            loss.backward();
        else
            tape.Backward(loss);
    }

    private static Tensor[] Pair((Tensor A, Tensor B) pair) => [pair.A, pair.B];

    private static long[] Shape(JsonElement e) => [.. e.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];

    // The weights of golden.py: every entry has its own, so that a wrong order shows.
    private static Tensor Total(Tensor[] outputs) => outputs
        .Select(v => (v * torch.arange(1, v.numel() + 1, 1, dtype: v.dtype).div(v.numel()).view(v.shape)).sum())
        .Aggregate((a, b) => a + b);
}
