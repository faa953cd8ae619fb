namespace VaeSweep.Torch.Tests;

/// <summary>The CPU kernels in float32 against libtorch's operations in float64, over shapes that end in the middle of tiles, panels and vectors.</summary>
/// <remarks>VAESWEEP_CPU=avx2 or base runs the same tests on the kernels of lesser processors.</remarks>
public sealed class KernelTests : TorchTest
{
    public static TheoryData<int, int, int, double> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, double>();
            foreach (var (rows, inputs, outputs) in new[]
            {
                (1, 1, 1), (1, 784, 10), (2, 3, 5), (13, 17, 16), (14, 16, 17), (15, 257, 33), (28, 300, 40), (29, 33, 48), (100, 784, 300),
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
        var x = torch.randn([2, rows, inputs], g, ScalarType.Float64) * torch.rand([2, rows, inputs], g, ScalarType.Float64).lt(lit).to(ScalarType.Float64);
        var w = torch.randn([2, inputs, outputs], g, ScalarType.Float64) * (1 / Math.Sqrt(inputs));
        var b = torch.randn([2, 1, outputs], g, ScalarType.Float64);
        var upstream = torch.randn([2, rows, outputs], g, ScalarType.Float64);

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
        var x = torch.rand([1, 50, 200], g).lt(0.2).to(ScalarType.Float32);
        var w = torch.randn([3, 200, 30], g).requires_grad_();

        var shared = fused.linear(x.expand(3, -1, -1), w, null, Activation.Tanh);
        var copied = fused.linear(x.expand(3, -1, -1).contiguous(), w, null, Activation.Tanh);

        Assert.Equal(copied.data<float>(), shared.data<float>());
        Assert.Equal(torch.autograd.grad([copied.sum()], [w])[0]!.data<float>(), torch.autograd.grad([shared.sum()], [w])[0]!.data<float>());
    }

    [Fact]
    public void A_trial_gets_bit_for_bit_what_it_gets_alone()
    {
        using var g = new torch.Generator(3);
        var x = torch.rand([4, 100, 784], g).lt(0.13).to(ScalarType.Float32);
        var w = torch.randn([4, 784, 300], g).mul(0.05);
        var v = torch.randn([4, 300, 784], g).mul(0.05);

        (Tensor Value, Tensor Gradient) Step(Tensor x, Tensor w, Tensor v)
        {
            w.requires_grad_();
            var logits = fused.linear(fused.linear(x, w, null, Activation.Softplus), v, null, Activation.None);
            var value = fused.bernoulli_log_prob(logits, x);
            return (value, torch.autograd.grad([value.sum()], [w])[0]!);
        }

        var pack = Step(x, w.clone(), v);
        var alone = Step(x.narrow(0, 2, 1).clone(), w.narrow(0, 2, 1).clone(), v.narrow(0, 2, 1).clone());

        Assert.Equal(alone.Value.bytes(), pack.Value.narrow(0, 2, 1).bytes());
        Assert.Equal(alone.Gradient.bytes(), pack.Gradient.narrow(0, 2, 1).bytes());
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
        var x = torch.tensor([float.PositiveInfinity, float.NegativeInfinity, float.NaN], [1, 3, 1]);
        float[] Of(Activation act) => fused.linear(x, torch.ones([1, 1, 1]), null, act).data<float>();

        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Softplus).Select(v => v < 1e-30f ? 0 : v));
        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Relu));
        Assert.Equal([1, -1, float.NaN], Of(Activation.Tanh));
        Assert.Equal([1, 0, float.NaN], Of(Activation.Sigmoid).Select(v => v < 1e-30f ? 0 : v));
    }

    [Fact]
    public void Views_with_gaps_between_rows_are_read_right()
    {
        using var g = new torch.Generator(4);
        var heads = torch.randn([2, 5, 8], g).requires_grad_();
        var eps = torch.randn([2, 10, 4], g);

        var (z, kl) = fused.gaussian_sample(heads.narrow(2, 0, 4), heads.narrow(2, 4, 4), eps);
        var (expected, expectedKl) = fused.gaussian_sample(heads.narrow(2, 0, 4).contiguous(), heads.narrow(2, 4, 4).contiguous(), eps);

        Assert.Equal(expected.data<float>(), z.data<float>());
        Assert.Equal(expectedKl.data<float>(), kl.data<float>());
        Assert.Equal(
            torch.autograd.grad([expected.square().sum() + expectedKl.sum()], [heads])[0]!.data<float>(),
            torch.autograd.grad([z.square().sum() + kl.sum()], [heads])[0]!.data<float>());
    }

    [Fact]
    public void A_second_derivative_is_refused_with_what_to_do()
    {
        var logits = torch.zeros([1, 2, 3]).requires_grad_();
        var y = fused.bernoulli_log_prob(logits, torch.ones([1, 2, 3])).sum();

        var e = Assert.Throws<TorchException>(() => torch.autograd.grad([y], [logits], create_graph: true));

        Assert.Contains("float64", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_pass_needs_the_graph_to_be_kept()
    {
        var logits = torch.zeros([1, 2, 3]).requires_grad_();
        var value = fused.bernoulli_log_prob(logits, torch.ones([1, 2, 3])).sum();

        value.backward(retain_graph: true);
        value.backward();

        Assert.Equal(Enumerable.Repeat(1f, 6), logits.grad!.data<float>());
        Assert.Throws<TorchException>(() => value.backward());
    }

    [Fact]
    public void Parameters_changed_between_the_passes_are_noticed()
    {
        var w = torch.ones([1, 2, 2]).requires_grad_();
        var x = torch.ones([1, 1, 2]).requires_grad_();
        using var adam = new Adam([w], [new AdamOptions()]);
        w.sum().backward();
        var y = fused.linear(x, w, null, Activation.Tanh).sum();

        adam.step();

        Assert.Throws<TorchException>(() => y.backward());
    }

    private static Tensor[] Run(Tensor x, Tensor w, Tensor b, Tensor upstream, ScalarType type, bool differentiable)
    {
        Tensor[] leaves = [x.to(type).clone(), w.to(type).clone().requires_grad_(), b.to(type).clone().requires_grad_()];
        leaves[0].requires_grad_(differentiable);
        var y = fused.linear(leaves[0], leaves[1], leaves[2], Activation.Tanh);
        var grads = torch.autograd.grad([y], leaves[(differentiable ? 0 : 1)..], [upstream.to(type)]);
        return [y.detach(), .. grads.Select(t => t!)];
    }
}
