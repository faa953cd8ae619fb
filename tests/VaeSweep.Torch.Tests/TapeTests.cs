namespace VaeSweep.Torch.Tests;

/// <summary>Kernels and TorchSharp expressions in one graph: whatever the order and however often a value is used, gradients are
/// those of TorchSharp alone.</summary>
public sealed class TapeTests : TorchTest
{
    public static TheoryData<string> Names => [.. Graphs.Keys];

    private static Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor>> Graphs { get; } = new(StringComparer.Ordinal)
    {
        ["a chain of layers"] = (x, w, v) => Layer(Layer(x, w), v).square().sum(),
        ["an island between layers"] = (x, w, v) => Layer(Layer(x, w).exp() * 0.5, v).square().sum(),
        ["an island that two layers read"] = (x, w, v) =>
        {
            var island = Layer(x, w).tanh() * 2;
            return (Layer(island, v) * Layer(island, v * 0.5)).sum();
        },
        ["islands that share an expression"] = (x, w, v) =>
        {
            var shared = Layer(x, w).exp();
            var (a, b) = (Layer(shared * 2, v), Layer(shared.sqrt(), v));
            return (a * b).sum() + shared.mean() + (shared * 2).square().sum();
        },
        ["a result that layers and islands read"] = (x, w, v) =>
        {
            var y = Layer(x, w);
            return (Layer(y, v) * y.sum([2], keepdim: true)).sum() + y.square().mean();
        },
        ["a weight that layers and islands read"] = (x, w, v) => Layer(Layer(x, w), v).sum() + (w * w).sum() + Layer(x, w).mean(),
        ["a weight behind an island"] = (x, w, v) => Layer(Layer(x, w * v.sum([2], keepdim: true)), v).sum(),
        ["slices of a result"] = (x, w, v) =>
        {
            var y = Layer(x, w);
            return (Layer(y.narrow(1, 0, 2), v) - Layer(y.narrow(1, 2, 2), v)).square().sum();
        },
        ["a loss that a kernel computed"] = (x, w, v) => fused.log_sum_exp(Layer(Layer(x, w), v).flatten().unsqueeze(0))
            .squeeze(),
        ["a result that is converted to the type that it has"] = (x, w, v) =>
            Layer(Layer(x, w).to(x.dtype), v).square().sum(),
        ["means, a weighted difference and the loss"] = (x, w, v) =>
        {
            var weight = torch.tensor([0.3, -2]).to(x.dtype);
            var (a, b) = (fused.row_mean(Layer(x, w)), fused.row_mean(Layer(Layer(x, w), v).square()));
            return fused.minus_sum(fused.minus(fused.minus(a, b, weight), a * b));
        },
        ["a difference of rows, one of them in double precision"] = (x, w, v) =>
        {
            var rows = fused.log_sum_exp(Layer(x, w));
            var wide = fused.log_sum_exp(Layer(Layer(x, w), v).to(ScalarType.Float64) * 2).to(x.dtype);
            return fused.minus_sum(fused.row_mean(fused.minus(rows, wide)));
        },
        ["a value without what was taken from it"] = (x, w, v) => fused.minus(Layer(x, w), Layer(x, w * 2)).square().sum()
            + fused.minus(Layer(x, v), Layer(x, v * 2), torch.ones(2, dtype: x.dtype)).square().sum(),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_those_of_TorchSharp_alone(string name)
    {
        Tensor[] inputs = [Draw(2, 4, 5), Draw(2, 5, 5), Draw(2, 5, 3)];

        var (value, gradients) = Run(name, inputs, ScalarType.Float32, taped: true);
        var (expected, expectedGradients) = Run(name, inputs, ScalarType.Float64, taped: false);

        Close([expected], [value], 1e-5);
        foreach (var (e, a) in expectedGradients.Zip(gradients))
        {
            var scale = e.Max(Math.Abs);
            Close([.. e.Select(g => g / scale)], [.. a.Select(g => g / scale)], 5e-6);
        }
    }

    [Fact]
    public void Gradients_add_up_over_passes_until_they_are_cleared()
    {
        var (x, w) = (Draw(1, 4, 5).to(ScalarType.Float32), Draw(1, 5, 3).to(ScalarType.Float32).requires_grad_(true));

        double[] Pass()
        {
            using var tape = new Tape();
            tape.Backward(Layer(x, w).sum());
            return Doubles(w.grad!);
        }

        var (once, twice) = (Pass(), Pass());

        Close([.. once.Select(g => 2 * g)], twice, 1e-6);
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients_or_after_the_tape()
    {
        var (x, w) = (Draw(1, 4, 5).to(ScalarType.Float32), Draw(1, 5, 3).to(ScalarType.Float32).requires_grad_(true));
        using (new Tape())
        using (no_grad())
            Assert.False(Layer(x, w).requires_grad);

        Layer(x, w).sum().backward();

        Assert.NotNull(w.grad);
    }

    [Fact]
    public void A_tape_inside_a_tape_keeps_to_itself()
    {
        var (x, w) = (Draw(1, 4, 5).to(ScalarType.Float32), Draw(1, 5, 3).to(ScalarType.Float32).requires_grad_(true));
        using var outer = new Tape();
        var loss = Layer(x, w).sum();
        using (var inner = new Tape())
            inner.Backward(Layer(x, w * 0).sum());

        w.grad = null;
        outer.Backward(loss);

        Assert.True(w.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void A_result_outlives_the_scope_that_it_was_computed_in()
    {
        var (x, w) = (Draw(1, 4, 5).to(ScalarType.Float32), Draw(1, 5, 5).to(ScalarType.Float32).requires_grad_(true));
        using var tape = new Tape();
        Tensor loss;
        using (NewDisposeScope())
            loss = Layer(Layer(x, w), w).square().sum().MoveToOuterDisposeScope();

        tape.Backward(loss);

        Assert.True(w.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Only_a_scalar_can_be_differentiated()
    {
        using var tape = new Tape();

        Assert.Contains("[2, 3]", Assert.Throws<TorchException>(() => tape.Backward(torch.ones(2, 3))).Message,
            StringComparison.Ordinal);
    }

    private static Tensor Layer(Tensor x, Tensor w) => fused.linear(x, w, null, Activation.Softplus);

    private static (double Value, double[][] Gradients) Run(string name, Tensor[] inputs, ScalarType type, bool taped)
    {
        Tensor[] leaves = [.. inputs.Select(t => t.to(type).clone().requires_grad_(true))];
        using var tape = taped ? new Tape() : null;
        var loss = Graphs[name](leaves[0], leaves[1], leaves[2]);
        var value = loss.to(ScalarType.Float64).item<double>();
        if (tape is null)
            loss.backward();
        else
            tape.Backward(loss);

        return (value, [.. leaves.Select(leaf => Doubles(leaf.grad!))]);
    }

    private static Tensor Draw(params long[] shape)
    {
        using var stream = new torch.Generator(7);
        return torch.randn(shape, dtype: ScalarType.Float64, generator: stream);
    }
}
