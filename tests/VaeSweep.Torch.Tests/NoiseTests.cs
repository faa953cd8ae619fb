namespace VaeSweep.Torch.Tests;

/// <summary>What a trial draws depends on its key, the epoch, the step and the number of the draw alone.</summary>
public sealed class NoiseTests : TorchTest
{
    [Theory]
    [InlineData(ScalarType.Float32, true, 2e-6)]
    [InlineData(ScalarType.Float64, true, 1e-13)]
    [InlineData(ScalarType.Float32, false, 0)]
    [InlineData(ScalarType.Float64, false, 0)]
    public void Devices_without_kernels_draw_the_same_numbers(ScalarType type, bool normal, double tolerance)
    {
        var stream = new NoiseStream(0xDEADBEEFCAFE1234).At(epoch: 7, step: 11);
        var place = new VaeSweep.Torch.Kernels.PhiloxStream(stream.Key, Draw: 0, Step: 11, Epoch: 7);

        var kernels = normal ? stream.randn([3, 35], type) : stream.rand([3, 35], type);
        var operations = PhiloxOperations.Draw(place, [3, 35], type, CPU, normal);

        Assert.Equal(kernels.shape, operations.shape);
        Assert.InRange((kernels - operations).abs().max().to(ScalarType.Float64).item<double>(), 0, tolerance);
    }

    [Fact]
    public void A_trial_of_a_pack_draws_what_it_draws_alone()
    {
        NoiseStream[] streams = [new(1), new(2), new(3)];

        var pack = Noise.randn([3, 5, 7], streams);
        var alone = Noise.randn([1, 5, 7], [new(2)]);

        Assert.Equal(alone.bytes.ToArray(), pack.narrow(0, 1, 1).contiguous().bytes.ToArray());
    }

    [Fact]
    public void Places_draw_different_numbers_and_the_same_place_the_same()
    {
        var stream = new NoiseStream(5);
        Tensor[] draws =
        [
            stream.randn([64]), stream.randn([64]), stream.At(0, 1).randn([64]), stream.At(1, 0).randn([64]), new NoiseStream(6)
                .randn([64]),
        ];

        for (var i = 0; i < draws.Length; i++)
            Assert.All(draws[..i], other => Assert.NotEqual(other.bytes.ToArray(), draws[i].bytes.ToArray()));

        Assert.Equal(draws[0].bytes.ToArray(), stream.At(0, 0).randn([64]).bytes.ToArray());
    }

    [Fact]
    public void A_view_with_gaps_receives_what_a_whole_tensor_does()
    {
        var wide = torch.zeros(4, 10);

        new NoiseStream(9).normal_(wide.narrow(1, 2, 3), mean: 2, std: 3);

        Close(Doubles((new NoiseStream(9).randn([4, 3]) * 3) + 2), Doubles(wide.narrow(1, 2, 3)), 1e-6);
        Assert.Equal(0, wide.narrow(1, 5, 5).abs().sum().item<float>());
    }

    [Fact]
    public void Normals_have_mean_0_and_variance_1_and_uniforms_lie_in_their_range()
    {
        var stream = new NoiseStream(3);
        var normals = stream.randn([1_000_000], ScalarType.Float64);
        var uniforms = stream.uniform_(torch.empty(1_000_000), -2, 6);

        // Five standard errors.
        Assert.InRange(normals.mean().item<double>(), -0.005, 0.005);
        Assert.InRange(normals.square().mean().item<double>(), 0.993, 1.007);
        Assert.InRange(normals.pow(4).mean().item<double>(), 2.95, 3.05);
        Assert.InRange(uniforms.min().item<float>(), -2, -1.9999);
        Assert.InRange(uniforms.max().item<float>(), 5.9999, 6);
    }

    [Fact]
    public void Streams_must_be_as_many_as_trials() =>
        Assert.Contains("[3, 2]", Assert.Throws<TorchException>(() => Noise.randn([3, 2], [new(1)])).Message,
            StringComparison.Ordinal);
}
