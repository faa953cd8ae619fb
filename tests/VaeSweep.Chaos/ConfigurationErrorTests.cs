namespace VaeSweep.Chaos;

/// <summary>Errors that only a trainer can find, in sweeps of many trials.</summary>
public sealed class ConfigurationErrorTests
{
    private const string Data = "VAESWEEP_DATA";

    /// <summary>Three points by ten seeds, and what two devices had claimed meanwhile.</summary>
    private const long FewTrials = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_of_a_thousand_trials_of_which_none_can_be_trained_stops_after_a_few_and_says_why()
    {
        RequireData();
        using var desk = new Desk(
            Mnist("train: 50000", "pseudo_inputs: 10", "model.latent: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, "
                + "18, 19, 20, 21]", seeds: 50));

        using var run = desk.Run();
        var code = await run.ExitAsync(Token);

        Assert.True(code == 1, $"exit code {code}. It said:\n{run.Errors}");
        Assert.Contains("chaos was stopped: no trial of it can be trained.", run.Errors, StringComparison.Ordinal);
        Assert.Contains("dataset.train: 50,000 images were asked for", run.Errors, StringComparison.Ordinal);
        var counts = Assert.Single(
            await desk.QueryAsync("SELECT count(*), sum(state = 'failed'), sum(state = 'stopped') FROM trials", Token));
        Assert.Equal(1000L, counts[0]);
        Assert.InRange((long)counts[1]!, 3, FewTrials);
        Assert.Equal(1000L, (long)counts[1]! + (long)counts[2]!);
        using var status = CommandRun.Start(desk.Folder, "status", "chaos");
        Assert.Equal(0, await status.ExitAsync(Token));
        Assert.Contains("stopped because no trial of it can be trained.", status.Output, StringComparison.Ordinal);
        run.AssertNoneLeft();
    }

    [Fact]
    public async Task A_point_that_cannot_be_trained_fails_alone_and_the_others_are_trained()
    {
        RequireData();
        using var desk = new Desk(Mnist("valid: 100", "latent: 2", "model.pseudo_inputs: [40000, 20, 30]", seeds: 2));

        using var run = desk.Run();
        var code = await run.ExitAsync(Token);

        Assert.True(code == 1, $"exit code {code}. It said:\n{run.Errors}");
        var rows = await desk.QueryAsync(
            "SELECT state, failure_class, count(*) FROM trials GROUP BY state, failure_class ORDER BY state", Token);
        Assert.Equal([["failed", "error", 2L], ["succeeded", null, 4L]], rows);
    }

    // How many images of a class there are is known from the files alone.
    private static string Mnist(string dataset, string model, string varies, int seeds) => $$"""
        name: chaos
        dataset: { name: mnist, classes: [3], test: 100, {{dataset}} }
        model: { hidden: [8], prior: vampprior_data, {{model}} }
        train: { epochs: 1 }
        evaluate: { metrics: [test_elbo] }
        parameters: { {{varies}} }
        seeds: {{seeds}}
        table: { by: [model.latent], metric: test_elbo }

        """;

    private static void RequireData()
    {
        var there = Environment.GetEnvironmentVariable(Data) is { Length: > 0 };
        Assert.False(!there && Environment.GetEnvironmentVariable("CI") == "true", $"CI promises data: {Data} is not set.");
        Assert.SkipWhen(!there, $"{Data} names no folder with MNIST.");
    }
}
