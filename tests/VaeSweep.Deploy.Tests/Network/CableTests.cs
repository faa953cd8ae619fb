namespace VaeSweep.Deploy.Tests.Network;

/// <summary>Nodes whose network fails as networks do: packets vanish, and neither end is told.</summary>
public sealed class CableTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Seconds, so that a cable can be pulled in the middle.</summary>
    private const int Long = 300;
    private const int Short = 40;
    private const string Lease = "8";

    private NetworkNamespace _space = null!;
    private Lab _lab = null!;
    private IReadOnlyList<string> _undisturbed = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _space = await NetworkNamespace.CreateAsync(Token);
        _lab = await Lab.StartAsync(Token, _space.Host, "--lease", Lease);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
        if (_space is not null)
            await _space.DisposeAsync();
    }

    [Fact(Explicit = true)]
    public async Task A_node_whose_cable_was_pulled_writes_nothing_late_and_works_again_when_it_is_back()
    {
        await UndisturbedAsync(Long);
        await SubmitAsync("cable", Long);
        await using var cut = StartNode("cut.log", _space.Enter);
        await HoldsAsync(
            "SELECT count(*) FROM attempts WHERE attempt = 1 AND sweep = 'cable' AND to_epoch > 10 AND outcome IS NULL", 2, cut);

        await _space.PullAsync(Token);
        await using var other = StartNode("other.log", []);
        // The one that was cut off has not been heard of for its lease: another goes on with its trials.
        await HoldsAsync("SELECT count(DISTINCT trial) FROM epochs WHERE sweep = 'cable' AND attempt = 2", 2, cut, other);
        var written = await OfFirstAttemptsAsync();
        await _space.PlugAsync(Token);
        var plugged = TimeProvider.System.GetTimestamp();
        await Until.HoldsAsync(() => Count(cut.Log, "went to another worker") == 2, () => cut.Log, Token);
        var noticed = TimeProvider.System.GetElapsedTime(plugged);
        await SucceededAsync("cable", cut, other);
        await other.LeaveAsync();
        await SubmitAsync("after", Long);
        await SucceededAsync("after", cut);
        await cut.LeaveAsync();

        output.WriteLine($"told {noticed.TotalSeconds:F1} s after the cable was back that its trials had gone");
        var outcomes = await _lab.QueryAsync("SELECT outcome FROM attempts WHERE sweep = 'cable' AND attempt = 1", Token);
        Assert.Equal([["lost"], ["lost"]], outcomes);
        Assert.Equal(written, await OfFirstAttemptsAsync());
        await AsIfNothingHadHappenedAsync("cable", "after");
    }

    [Fact(Explicit = true)]
    public async Task A_cable_that_is_soon_back_costs_no_number()
    {
        await UndisturbedAsync(Long);
        await SubmitAsync("short", Long);
        await using var node = StartNode("node.log", _space.Enter);
        await HoldsAsync("SELECT count(*) FROM attempts WHERE sweep = 'short' AND to_epoch > 10 AND outcome IS NULL", 2, node);

        await _space.PullAsync(Token);
        // It trains on: what it writes meanwhile is not told to anybody.
        await Until.HoldsAsync(() => Count(node.Log, "the head does not answer") > 0, () => node.Log, Token);
        await _space.PlugAsync(Token);
        await SucceededAsync("short", node);
        await node.LeaveAsync();

        var attempts = await _lab.CountAsync("SELECT max(attempt) FROM attempts WHERE sweep = 'short'", Token);
        output.WriteLine($"{attempts} attempts of the trial that had most");
        await AsIfNothingHadHappenedAsync("short");
    }

    [Fact(Explicit = true)]
    public async Task Nodes_behind_a_network_that_loses_packets_train_what_undisturbed_ones_train()
    {
        await UndisturbedAsync(Short);
        var weak = await _space.WeakenAsync(Token);
        Assert.SkipWhen(weak is null, "this kernel has neither netem nor the firewall's statistic match.");
        await SubmitAsync("weak", Short);
        await using var node = StartNode("weak.log", _space.Enter);

        await SucceededAsync("weak", node);
        await node.LeaveAsync();

        output.WriteLine(weak!);
        await AsIfNothingHadHappenedAsync("weak");
    }

    /// <summary>Two trials with what a resume can get wrong: moments, noise, order, binarisation.</summary>
    private static string Sweep(string name, int epochs) =>
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 1000, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [64] }
        train: { epochs: {{epochs}}, batch_size: 50, checkpoint_epochs: 5 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        seeds: 1
        table: { by: [model.latent], metric: test_nll }

        """;

    private static int Count(string text, string words) => text.Split(words).Length - 1;

    private Task SubmitAsync(string name, int epochs) =>
        _lab.DoAsync(Token, "submit", _lab.Write($"{name}.yaml", Sweep(name, epochs)));

    private Daemon StartNode(string log, IReadOnlyList<string> enter) =>
        _lab.Start(log, enter, "worker", "--join", _lab.Address, "--key", _lab.KeyFile!, "--devices", "cpu:2", "--verbose");

    private async Task UndisturbedAsync(int epochs)
    {
        await SubmitAsync("quiet", epochs);
        await _lab.DoAsync(Token, "worker", "--devices", "cpu:2", "--until-done");
        _undisturbed = await Invariants.NumbersAsync(_lab.Store, "quiet", Token);
    }

    private Task<IReadOnlyList<object?[]>> OfFirstAttemptsAsync() => _lab.QueryAsync(
        "SELECT trial, max(epoch) FROM epochs WHERE sweep = 'cable' AND attempt = 1 GROUP BY trial ORDER BY trial", Token);

    private async Task AsIfNothingHadHappenedAsync(params string[] sweeps)
    {
        var table = await TableAsync("quiet");
        foreach (var sweep in sweeps)
        {
            await Invariants.AssertAsync(_lab.Store, sweep, Token);
            Assert.Equal(_undisturbed, await Invariants.NumbersAsync(_lab.Store, sweep, Token));
            Assert.Equal(table, await TableAsync(sweep));
        }
    }

    private async Task<string> TableAsync(string sweep) => (await _lab.DoAsync(Token, "table", sweep, "--format", "csv")).Out;

    private Task SucceededAsync(string sweep, params Daemon[] nodes) =>
        HoldsAsync($"SELECT count(*) FROM trials WHERE sweep = '{sweep}' AND state = 'succeeded'", 2, nodes);

    private Task HoldsAsync(string count, long expected, params Daemon[] nodes) => Until.HoldsAsync(
        async () => await _lab.CountAsync(count, Token) == expected,
        () => $"{count}\nhead: {_lab.HeadLog}\n{string.Join("\n\n", nodes.Select(node => node.Log))}", Token);
}
