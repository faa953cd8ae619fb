namespace VaeSweep.Gpu.Tests;

/// <summary>Each fused part of a VAE, forwards and backwards.</summary>
public sealed class FusedParityTests : DeviceTest
{
    private const int M = 3;
    private const int K = 4;
    private const int B = 5;
    private const int D = 17;
    private const int Z = 6;

    public static TheoryData<string, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (var name in Operations.Keys)
            {
                cases.Add(name, ScalarType.Float32);
                cases.Add(name, ScalarType.Float64);
            }

            return cases;
        }
    }

    private static Dictionary<string, (long[][] Shapes, Func<Tensor[], Tensor[]> Compute)> Operations { get; } =
        Enum.GetValues<Activation>().ToDictionary(
            act => $"linear, {act}",
            act => ((long[][])[[M, B, D], [M, D, Z], [M, 1, Z]],
                (Func<Tensor[], Tensor[]>)(i => [fused.linear(i[0], i[1], i[2], act, 0.1)])),
            StringComparer.Ordinal)
        .Concat(new Dictionary<string, (long[][] Shapes, Func<Tensor[], Tensor[]> Compute)>(StringComparer.Ordinal)
        {
            ["bernoulli_log_prob"] = ([[M, K * B, D], [M, B, D]], i => [fused.bernoulli_log_prob(i[0], i[1].detach().sigmoid())]),
            ["gaussian_log_prob"] = ([[M, B, D], [M, K * B, D], [M, K * B, D]], i => [fused.gaussian_log_prob(i[0], i[1], i[2])]),
            ["gaussian_log_prob of samples"] =
                ([[M, K * B, Z], [M, B, Z], [M, B, Z]], i => [fused.gaussian_log_prob(i[0], i[1], i[2])]),
            ["gaussian_sample"] = ([[M, B, Z], [M, B, Z], [M, K * B, Z]], i =>
            {
                var (z, kl) = fused.gaussian_sample(i[0], i[1], i[2].detach());
                return [z, kl];
            }),
            ["log_mean_exp"] = ([[M, K, B]], i => [fused.log_mean_exp(i[0], 1)]),
        }).ToDictionary(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fused_operation_and_its_gradients_agree_with_the_cpu(string name, ScalarType type)
    {
        var (expected, expectedGradients) = Run(name, type, CPU);

        var (actual, gradients) = OnDevice(device => Run(name, type, device));

        Assert.All(actual, value => Assert.Equal(Device.ToString(), value.device.ToString()));
        for (var i = 0; i < expected.Length; i++)
            Close($"output {i}", expected[i], actual[i], type);

        for (var i = 0; i < gradients.Length; i++)
        {
            Assert.Equal(expectedGradients[i] is null, gradients[i] is null);
            if (expectedGradients[i] is { } gradient)
                Close($"gradient {i}", gradient, gradients[i]!, type);
        }
    }

    private static (Tensor[] Outputs, Tensor?[] Gradients) Run(string name, ScalarType type, Device device)
    {
        var (shapes, compute) = Operations[name];
        var inputs = shapes.Select((shape, i) => Draw(shape, i + 1, type, device).requires_grad_()).ToArray();
        using var tape = new Tape();
        var outputs = compute(inputs);
        // Every entry has a weight of its own, so that a wrong order shows.
        var loss = outputs.Select((value, i) => (value * Draw(value.shape, 100 + i, type, device)).sum())
            .Aggregate((a, b) => a + b);
        outputs = [.. outputs.Select(value => value.detach().clone())];
        tape.Backward(loss);
        return (outputs, [.. inputs.Select(input => input.grad)]);
    }
}
