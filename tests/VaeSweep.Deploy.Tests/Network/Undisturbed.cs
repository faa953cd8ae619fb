namespace VaeSweep.Deploy.Tests.Network;

/// <summary>What the disturbed sweep gives when nothing happens to it.</summary>
public sealed class Undisturbed : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal IReadOnlyList<string> Numbers { get; private set; } = [];

    internal string Table { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await using var lab = await Lab.StartAsync(Token);
        await lab.DoAsync(Token, "submit", lab.Write("quiet.yaml", Sweep("quiet")));
        await lab.DoAsync(Token, "worker", "--devices", "cpu:2", "--until-done");
        Numbers = await Invariants.NumbersAsync(lab.Store, "quiet", Token);
        Table = await TableAsync(lab, "quiet");
        Assert.NotEmpty(Numbers);
    }

    /// <summary>Two trials with what a resume can get wrong: moments, noise, order, binarisation; they take seconds, so that much
    /// can happen to them.</summary>
    internal static string Sweep(string name) =>
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 1000, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [64] }
        train: { epochs: 400, batch_size: 50, checkpoint_epochs: 5 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        seeds: 1
        table: { by: [model.latent], metric: test_nll }

        """;

    /// <summary>A sweep of a lab is finished, and as if nothing had happened.</summary>
    internal async Task AssertAsync(Lab lab, string sweep)
    {
        await Invariants.AssertAsync(lab.Store, sweep, Token);
        Assert.Equal(Numbers, await Invariants.NumbersAsync(lab.Store, sweep, Token));
        Assert.Equal(Table, await TableAsync(lab, sweep));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> TableAsync(Lab lab, string sweep) =>
        (await lab.DoAsync(Token, "table", sweep, "--format", "csv")).Out;
}
