namespace VaeSweep.Torch.Tests;

public sealed class LogisticTests : TorchTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_and_gradients_by_kernels_are_those_in_float64(bool openBins)
    {
        using var g = new torch.Generator(1);
        var mean = torch.randn([2, 6, 37], dtype: ScalarType.Float64, generator: g) * 3;
        var logScale = (torch.rand([2, 6, 37], dtype: ScalarType.Float64, generator: g) * -6) + 1;
        var x = (torch.rand([2, 3, 37], dtype: ScalarType.Float64, generator: g) * 300 - 20).floor().clamp(0, 255) / 255;

        var expected = Run(mean, logScale, x, openBins, ScalarType.Float64);
        var actual = Run(mean, logScale, x, openBins, ScalarType.Float32);

        foreach (var (e, a) in expected.Zip(actual))
        {
            var scale = e.Max(Math.Abs);
            Close([.. e.Select(v => v / scale)], [.. a.Select(v => v / scale)], 2e-5);
        }
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        using var g = new torch.Generator(2);
        var mean = torch.randn([1, 2, 5], dtype: ScalarType.Float64, generator: g);
        var logScale = (torch.rand([1, 2, 5], dtype: ScalarType.Float64, generator: g) * -3) - 0.5;
        var x = torch.tensor(new[] { 0.0, 0.25, 0.5, 0.75, 1.0 }, [1, 1, 5]);

        foreach (var openBins in new[] { false, true })
            FiniteDifferences.Check(leaves => fused.logistic_log_prob(leaves[0], leaves[1], x, openBins).sum(), mean, logScale);
    }

    [Fact]
    public void The_masses_of_all_values_add_up_to_one_with_open_bins()
    {
        var x = (torch.arange(0, 256, 1, dtype: ScalarType.Float32) / 255).view(1, 256, 1);

        var mass = fused.logistic_log_prob(torch.full([1, 256, 1], 0.3f), torch.full([1, 256, 1], -1f), x, openBins: true).exp()
            .sum();

        Assert.InRange(mass.item<float>(), 1 - 1e-5, 1 + 1e-5);
    }

    private static double[][] Run(Tensor mean, Tensor logScale, Tensor x, bool openBins, ScalarType type)
    {
        Tensor[] leaves = [mean.to(type).clone().requires_grad_(true), logScale.to(type).clone().requires_grad_(true)];
        using var tape = new Tape();
        var y = fused.logistic_log_prob(leaves[0], leaves[1], x.to(type), openBins);
        var value = Doubles(y);
        tape.Backward((y * torch.arange(1, y.numel() + 1, 1, dtype: type).view(y.shape)).sum());
        return [value, Doubles(leaves[0].grad!), Doubles(leaves[1].grad!)];
    }
}
