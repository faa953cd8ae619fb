namespace VaeSweep.Models.Tests;

/// <summary>Batch normalisation by one full pass over the training images.</summary>
public sealed class StatisticsTests : TensorTest
{
    private static readonly ModelConfig _config = new() { Layers = [2], Hidden = [[4]], Activation = "tanh", BatchNorm = true };

    [Fact]
    public void In_one_batch_the_renewed_statistics_are_those_that_one_step_without_momentum_would_leave()
    {
        using var model = PackTests.Build(_config, new ObjectiveConfig(), [1, 2], dtype: ScalarType.Float64);
        using var stepped = PackTests.Build(_config, new ObjectiveConfig(), [1, 2], dtype: ScalarType.Float64);
        var x = PackTests.Images(2, batch: 30, dtype: ScalarType.Float64);

        model.RenewStatistics([x], PackTests.Streams([1, 2]));
        stepped.Step(x, StepGoldenTests.Of([1, 1], ScalarType.Float64), stepped.DrawNoise(30, 1, PackTests.Streams([1, 2])));

        foreach (var (renewed, running) in model.Buffers.Zip(stepped.Buffers))
        {
            // Momentum 0.1 from a mean of 0 or a variance of 1.
            var start = running.Name.EndsWith("var", StringComparison.Ordinal) ? 0.9 : 0.0;
            Near.Equal([.. Near.Numbers(running.Tensor).Select(value => (value - start) / 0.1)], renewed.Tensor, 1e-10,
                renewed.Name);
        }
    }

    [Fact]
    public void Statistics_of_a_first_layer_do_not_depend_on_how_the_images_are_cut_into_batches()
    {
        using var whole = PackTests.Build(_config, new ObjectiveConfig(), [1], dtype: ScalarType.Float64);
        using var parts = PackTests.Build(_config, new ObjectiveConfig(), [1], dtype: ScalarType.Float64);
        var x = PackTests.Images(1, batch: 30, dtype: ScalarType.Float64);

        whole.RenewStatistics([x], PackTests.Streams([1]));
        parts.RenewStatistics([x.narrow(1, 0, 13), x.narrow(1, 13, 17)], PackTests.Streams([1]));

        foreach (var (one, other) in whole.Buffers.Zip(parts.Buffers)
            .Where(pair => pair.First.Name.StartsWith("encoder.hidden.0", StringComparison.Ordinal)))
        {
            Near.Equal(Near.Numbers(one.Tensor), other.Tensor, 1e-12, one.Name);
        }
    }

    [Fact]
    public void A_pass_changes_running_statistics_alone_and_leaves_the_model_in_its_mode()
    {
        using var model = PackTests.Build(_config, new ObjectiveConfig(), [1]);
        model.Training = false;
        var before = model.Parameters.Select(p => Near.Numbers(p.Tensor)).ToArray();
        var buffers = model.Buffers.Select(b => Near.Numbers(b.Tensor)).ToArray();

        model.RenewStatistics([PackTests.Images(1, batch: 9)], PackTests.Streams([1]));

        Assert.False(model.Training);
        Assert.Equal(before, model.Parameters.Select(p => Near.Numbers(p.Tensor)));
        Assert.All(buffers.Zip(model.Buffers), pair => Assert.NotEqual(pair.First, Near.Numbers(pair.Second.Tensor)));
    }

    [Fact]
    public void A_pass_that_is_cancelled_leaves_the_statistics_as_they_were()
    {
        using var model = PackTests.Build(_config, new ObjectiveConfig(), [1]);
        var buffers = model.Buffers.Select(b => Near.Numbers(b.Tensor)).ToArray();
        using var cancelled = new CancellationTokenSource();
        var batches = new[] { 4, 5 }.Select(size =>
        {
            if (size == 5)
                cancelled.Cancel();

            return PackTests.Images(1, size);
        });

        Assert.Throws<OperationCanceledException>(() => model.RenewStatistics(batches, PackTests.Streams([1]), cancelled.Token));

        Assert.Equal(buffers, model.Buffers.Select(b => Near.Numbers(b.Tensor)));
    }
}
