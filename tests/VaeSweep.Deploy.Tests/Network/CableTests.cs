using VaeSweep.Cli;
using VaeSweep.Store;

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
        // Other machines are let in with TLS alone: the certificate that it makes for itself is what they verify.
        _lab = await Lab.StartAsync(Token, new PrivateServerOptions { Listen = $"{_space.Host},127.0.0.1", Settings = ["fsync=off"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }

        if (_space is not null)
        {
            await _space.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_node_whose_cable_was_pulled_while_its_clock_jumped_writes_nothing_late_and_works_again_when_it_is_back()
    {
        await UndisturbedAsync(Long);
        await _lab.DoAsync(Token, "submit", _lab.Write("cable.yaml", Sweep("cable", Long)));
        var clock = _lab.Write("clock", "0");
        _lab.Environment[ChaosClock.Variable] = clock;
        await using var cut = StartNode("cut.log", _space.Enter);
        _lab.Environment[ChaosClock.Variable] = null;
        await HoldsAsync("SELECT count(*) FROM attempts WHERE attempt = 1 AND sweep = 'cable' AND to_epoch > 10 AND outcome IS NULL", 2, cut);

        await _space.PullAsync(Token);
        File.WriteAllText(clock, "10800");
        await using var other = StartNode("other.log", []);
        // The one that was cut off has not been heard of for its lease: another leads, and goes on with its trials.
        await HoldsAsync("SELECT count(DISTINCT trial) FROM epochs WHERE sweep = 'cable' AND attempt = 2", 2, cut, other);
        var written = await _lab.QueryAsync("SELECT trial, max(epoch) FROM epochs WHERE sweep = 'cable' AND attempt = 1 GROUP BY trial ORDER BY trial", Token);
        File.WriteAllText(clock, "-172800");
        await _space.PlugAsync(Token);
        var plugged = TimeProvider.System.GetTimestamp();
        await Until.HoldsAsync(() => Count(cut.Log, "went to another worker") == 2, () => cut.Log, Token);
        var noticed = TimeProvider.System.GetElapsedTime(plugged);
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'cable' AND state = 'succeeded'", 2, cut, other);
        await other.LeaveAsync();
        await _lab.DoAsync(Token, "submit", _lab.Write("after.yaml", Sweep("after", Long)));
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'after' AND state = 'succeeded'", 2, cut);
        await cut.LeaveAsync();

        output.WriteLine($"told {noticed.TotalSeconds:F1} s after the cable was back that its trials had gone");
        Assert.Equal([["lost"], ["lost"]], await _lab.QueryAsync("SELECT outcome FROM attempts WHERE sweep = 'cable' AND attempt = 1", Token));
        Assert.Equal(written, await _lab.QueryAsync("SELECT trial, max(epoch) FROM epochs WHERE sweep = 'cable' AND attempt = 1 GROUP BY trial ORDER BY trial", Token));
        Assert.Contains("is not trusted", cut.Log, StringComparison.Ordinal);
        await AsIfNothingHadHappenedAsync("cable", "after");
    }

    [Fact]
    public async Task Nodes_behind_a_network_that_loses_packets_train_what_undisturbed_ones_train()
    {
        await UndisturbedAsync(Short);
        var weak = await _space.WeakenAsync(Token);
        Assert.SkipWhen(weak is null, "this kernel has neither netem nor the firewall's statistic match.");
        await _lab.DoAsync(Token, "submit", _lab.Write("weak.yaml", Sweep("weak", Short)));
        await using var node = StartNode("weak.log", _space.Enter);

        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'weak' AND state = 'succeeded'", 2, node);
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

    private Daemon StartNode(string log, IReadOnlyList<string> enter) => _lab.Start(log, enter, "worker", "--devices", "cpu:2", "--lease", Lease, "--verbose");

    private async Task UndisturbedAsync(int epochs)
    {
        await _lab.DoAsync(Token, "submit", _lab.Write("quiet.yaml", Sweep("quiet", epochs)));
        await _lab.DoAsync(Token, "worker", "--devices", "cpu:2", "--until-done");
        _undisturbed = await ChaosInvariants.NumbersAsync(_lab.Store, "quiet", Token);
    }

    private async Task AsIfNothingHadHappenedAsync(params string[] sweeps)
    {
        Assert.Empty(await ChaosInvariants.CheckAsync(_lab.Store, sweeps, _undisturbed, Token));
        var table = await TableAsync("quiet");
        foreach (var sweep in sweeps)
        {
            Assert.Equal(table, await TableAsync(sweep));
        }
    }

    private async Task<string> TableAsync(string sweep) => (await _lab.DoAsync(Token, "table", sweep, "--format", "csv")).Out;

    private Task HoldsAsync(string count, long expected, params Daemon[] nodes) =>
        Until.HoldsAsync(async () => await _lab.CountAsync(count, Token) == expected, () => $"{count}\n{string.Join("\n\n", nodes.Select(n => n.Log))}", Token);
}
