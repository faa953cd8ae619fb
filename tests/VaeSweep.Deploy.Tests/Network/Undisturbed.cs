namespace VaeSweep.Deploy.Tests.Network;

/// <summary>What the disturbed sweep gives when nothing happens to it. It is run once, when somebody asks.</summary>
public sealed class Undisturbed
{
    private readonly Lazy<Task<(IReadOnlyList<string> Numbers, string Table)>> _known = new(RunAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Two trials with what a resume can get wrong: moments, noise, order, binarisation; they take seconds, so that much
    /// can happen to them.</summary>
    internal static string Sweep(string name) =>
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 1000, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [64] }
        train: { epochs: 1600, batch_size: 50, checkpoint_epochs: 5 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        seeds: 1
        table: { by: [model.latent], metric: test_nll }

        """;

    /// <summary>A sweep of a lab is finished, and as if nothing had happened.</summary>
    internal async Task AssertAsync(Lab lab, string sweep)
    {
        var (numbers, table) = await _known.Value;
        await Invariants.AssertAsync(lab.Store, sweep, Token);
        Assert.Equal(numbers, await Invariants.NumbersAsync(lab.Store, sweep, Token));
        Assert.Equal(table, await TableAsync(lab, sweep));
    }

    private static async Task<(IReadOnlyList<string> Numbers, string Table)> RunAsync()
    {
        await using var lab = await Lab.StartAsync(Token);
        await lab.DoAsync(Token, "submit", lab.Write("quiet.yaml", Sweep("quiet")));
        await lab.DoAsync(Token, "worker", "--devices", "cpu:2", "--until-done");
        var numbers = await Invariants.NumbersAsync(lab.Store, "quiet", Token);
        Assert.NotEmpty(numbers);
        return (numbers, await TableAsync(lab, "quiet"));
    }

    private static async Task<string> TableAsync(Lab lab, string sweep) =>
        (await lab.DoAsync(Token, "table", sweep, "--format", "csv")).Out;
}
