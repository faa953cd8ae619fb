namespace VaeSweep.Torch.Tests;

/// <summary>Fused operations by kernels in float32 against TorchSharp's in float64, over shapes that end in the middle of tiles,
/// panels and vectors.</summary>
/// <remarks>VAESWEEP_CPU=avx2 or base runs the same tests on the kernels of lesser processors.</remarks>
public sealed class LayerKernelTests : TorchTest
{
    public static TheoryData<int, int, int, double> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, double>();
            foreach (var (rows, inputs, outputs) in new[]
            {
                (1, 1, 1), (1, 784, 10), (2, 3, 5), (13, 17, 16), (14, 16, 17), (15, 257, 33), (28, 300, 40), (29, 33, 48),
                (100, 784, 300),
                (100, 300, 784), (100, 40, 80), (101, 300, 49), (513, 70, 65), (600, 300, 31), (1030, 12, 300), (3, 2049, 1300),
            })
            {
                shapes.Add(rows, inputs, outputs, 1);
                shapes.Add(rows, inputs, outputs, 0.13);
                shapes.Add(rows, inputs, outputs, 0);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Linear_layers_agree_with_float64_at_any_shape(int rows, int inputs, int outputs, double lit)
    {
        using var g = new torch.Generator(1);
        var x = torch.randn([2, rows, inputs], dtype: ScalarType.Float64, generator: g)
            * torch.rand([2, rows, inputs], dtype: ScalarType.Float64, generator: g).lt(lit).to(ScalarType.Float64);
        var w = torch.randn([2, inputs, outputs], dtype: ScalarType.Float64, generator: g) * (1 / Math.Sqrt(inputs));
        var b = torch.randn([2, 1, outputs], dtype: ScalarType.Float64, generator: g);
        var upstream = torch.randn([2, rows, outputs], dtype: ScalarType.Float64, generator: g);

        foreach (var differentiable in new[] { true, false })
        {
            var expected = Run(x, w, b, upstream, ScalarType.Float64, differentiable);
            var actual = Run(x, w, b, upstream, ScalarType.Float32, differentiable);

            foreach (var (e, a) in expected.Zip(actual))
            {
                Assert.Equal(e.shape, a.shape);
                var scale = 1 + e.abs().max().item<double>();
                Assert.InRange((e - a.to(ScalarType.Float64)).abs().max().item<double>() / scale, 0, 5e-6);
            }
        }
    }

    [Fact]
    public void Data_shared_by_a_pack_gives_each_trial_what_a_copy_gives()
    {
        using var g = new torch.Generator(2);
        var x = torch.rand([1, 50, 200], generator: g).lt(0.2).to(ScalarType.Float32);
        var w = torch.randn([3, 200, 30], generator: g).requires_grad_(true);

        (float[] Value, float[] Gradient) Of(Tensor images)
        {
            using var tape = new Tape();
            var y = fused.linear(images, w, null, Activation.Tanh);
            var value = y.data<float>().ToArray();
            w.grad = null;
            tape.Backward(y.sum());
            return (value, w.grad!.data<float>().ToArray());
        }

        var (shared, copied) = (Of(x.expand(3, -1, -1)), Of(x.expand(3, -1, -1).contiguous()));

        Assert.Equal(copied.Value, shared.Value);
        Assert.Equal(copied.Gradient, shared.Gradient);
    }

    [Fact]
    public void A_trial_gets_bit_for_bit_what_it_gets_alone()
    {
        using var g = new torch.Generator(3);
        var x = torch.rand([4, 100, 784], generator: g).lt(0.13).to(ScalarType.Float32);
        var w = torch.randn([4, 784, 300], generator: g).mul(0.05);
        var v = torch.randn([4, 300, 784], generator: g).mul(0.05);

        (Tensor Value, Tensor Gradient) Step(Tensor x, Tensor w, Tensor v)
        {
            w.requires_grad_(true);
            using var tape = new Tape();
            var logits = fused.linear(fused.linear(x, w, null, Activation.Softplus), v, null, Activation.None);
            var value = fused.bernoulli_log_prob(logits, x);
            var copy = value.detach().clone();
            tape.Backward(value.sum());
            return (copy, w.grad!);
        }

        var pack = Step(x, w.clone(), v);
        var alone = Step(x.narrow(0, 2, 1).clone(), w.narrow(0, 2, 1).clone(), v.narrow(0, 2, 1).clone());

        Assert.Equal(alone.Value.bytes.ToArray(), pack.Value.narrow(0, 2, 1).contiguous().bytes.ToArray());
        Assert.Equal(alone.Gradient.bytes.ToArray(), pack.Gradient.narrow(0, 2, 1).contiguous().bytes.ToArray());
    }

    [Theory]
    [InlineData(Activation.Softplus)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.LeakyRelu)]
    public void Activations_are_accurate_from_end_to_end(Activation act)
    {
        var x = torch.linspace(-110, 110, 200_001, ScalarType.Float64).view(1, -1, 1);
        var one = torch.ones([1, 1, 1], ScalarType.Float64);

        var expected = fused.linear(x.to(ScalarType.Float32).to(ScalarType.Float64), one, null, act);
        var actual = fused.linear(x.to(ScalarType.Float32), one.to(ScalarType.Float32), null, act).to(ScalarType.Float64);

        // Relative to the value down to 1e-30, where nothing depends on it any more. libtorch's own softplus is x above 20.
        var error = ((actual - expected).abs() / (expected.abs() + 1e-30)).max().item<double>();
        Assert.InRange(error, 0, act == Activation.Softplus ? 3e-7 : 5e-7);
    }

    [Fact]
    public void Infinities_and_nan_are_not_hidden()
    {
        var x = torch.tensor(new[] { float.PositiveInfinity, float.NegativeInfinity, float.NaN }, [1, 3, 1]);
        float[] Of(Activation act) => fused.linear(x, torch.ones([1, 1, 1]), null, act).data<float>().ToArray();

        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Softplus).Select(v => v < 1e-30f ? 0 : v));
        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Relu));
        Assert.Equal([1, -1, float.NaN], Of(Activation.Tanh));
        Assert.Equal([1, 0, float.NaN], Of(Activation.Sigmoid).Select(v => v < 1e-30f ? 0 : v));
    }

    private static Tensor[] Run(Tensor x, Tensor w, Tensor b, Tensor upstream, ScalarType type, bool differentiable)
    {
        Tensor[] leaves = [x.to(type).clone(), w.to(type).clone().requires_grad_(true), b.to(type).clone().requires_grad_(true)];
        leaves[0].requires_grad_(differentiable);
        using var tape = new Tape();
        var y = fused.linear(leaves[0], leaves[1], leaves[2], Activation.Tanh);
        var value = y.detach().clone();
        tape.Backward((y * upstream.to(type)).sum());
        return [value, .. leaves[(differentiable ? 0 : 1)..].Select(leaf => leaf.grad!)];
    }
}
