namespace VaeSweep.Torch.Tests;

/// <summary>Layers of two inputs side by side, of which the first serves several rows.</summary>
public sealed class JoinedTests : TorchTest
{
    private const int Trials = 2;
    private const int Batch = 3;

    // 3 to 15 rows: kernels that compute eight at a time meet several ways of ending. The widest is computed in two slices.
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 40, 30 }, { 3, 40, 30 }, { 5, 7, 50 }, { 4, 1, 1 }, { 2, 700, 700 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Without_gradients_the_bits_are_those_of_the_whole_product(int samples, int before, int inputs)
    {
        using var noGrad = torch.no_grad();
        var (shared, x, w, b, v, c) = Draw(samples, before, inputs);

        foreach (var act in (Activation[])[Activation.None, Activation.Softplus, Activation.Tanh])
        {
            Same(fused.linear(fused.join(shared, x), w, b, act), fused.linear(shared, x, w, b, act));
            Same(fused.linear(fused.join(shared, x), w, null, act), fused.linear(shared, x, w, null, act));
        }

        Same(fused.gated_linear(fused.join(shared, x), w, b, v, c), fused.gated_linear(shared, x, w, b, v, c));
    }

    [Fact]
    public void With_a_tape_every_operand_has_its_gradient()
    {
        var (shared, x, w, b, v, c) = Draw(samples: 3, before: 4, inputs: 5);
        Tensor[] operands = [shared, x, w, b, v, c];

        double[] Gradients(Func<Tensor> of)
        {
            foreach (var operand in operands)
                operand.requires_grad_(true).grad = null;

            using var tape = new Tape();
            tape.Backward(of().square().sum());
            return [.. operands.SelectMany(operand => Doubles(operand.grad!))];
        }

        var whole = Gradients(() => fused.gated_linear(fused.join(shared, x), w, b, v, c));
        var joined = Gradients(() => fused.gated_linear(shared, x, w, b, v, c));

        Assert.Equal(whole, joined);
        Assert.DoesNotContain(0, joined);
    }

    [Fact]
    public void Row_b_of_what_is_shared_stands_before_every_row_of_its_samples()
    {
        var shared = torch.tensor(new float[] { 1, 2 }, [1, 2, 1]);
        var x = torch.tensor(new float[] { 3, 4, 5, 6 }, [1, 4, 1]);

        Assert.Equal([1, 3, 2, 4, 1, 5, 2, 6], Doubles(fused.join(shared, x)));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var noGrad = torch.no_grad();
        var rows = Assert.Throws<TorchException>(() => fused.join(torch.zeros(1, 2, 3), torch.zeros(1, 5, 3)));
        var width = Assert.Throws<TorchException>(
            () => fused.linear(torch.zeros(1, 2, 3), torch.zeros(1, 4, 3), torch.zeros(1, 7, 8), null, Activation.None));

        Assert.Contains("multiple of 2", rows.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 7, 8]", width.Message, StringComparison.Ordinal);
    }

    private static (Tensor Shared, Tensor X, Tensor W, Tensor B, Tensor V, Tensor C) Draw(int samples, int before, int inputs)
    {
        const int Outputs = 21;
        using var generator = new torch.Generator(11);
        Tensor Of(params long[] shape) => torch.randn(shape, generator: generator);
        return (Of(Trials, Batch, before), Of(Trials, samples * Batch, inputs), Of(Trials, before + inputs, Outputs),
            Of(Trials, 1, Outputs), Of(Trials, before + inputs, Outputs), Of(Trials, 1, Outputs));
    }

    private static void Same(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.Equal(Doubles(expected), Doubles(found));
    }
}
