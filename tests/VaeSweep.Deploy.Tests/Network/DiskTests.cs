using System.Globalization;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>Nodes that do not see the head's artifacts folder, as on another machine: checkpoints and models go to the head over
/// TLS, and whoever goes on with a trial gets them from there.</summary>
public sealed class DiskTests : IAsyncLifetime
{
    private const int Epochs = 200;

    /// <summary>Hides a folder behind an empty one, from what runs after it alone.</summary>
    private const string Hide = "mount -t tmpfs none \"$0\" && exec \"$@\"";

    private Lab _lab = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Artifacts => $"{_lab.StorePath}.artifacts";

    public async ValueTask InitializeAsync()
    {
        Needs.Root("give a process a file system of its own");
        _lab = await Lab.StartAsync(Token, Lab.WithKey, "--lease", "8");
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task Killed_nodes_and_heads_cost_no_number_where_no_folder_is_shared()
    {
        await SubmitAsync("quiet");
        await _lab.DoAsync(Token, "worker", "--devices", "cpu:2", "--until-done");
        var undisturbed = await Invariants.NumbersAsync(_lab.Store, "quiet", Token);
        await SubmitAsync("disk");
        await using var first = StartNode("first.log");
        await HoldsAsync("SELECT count(*) FROM attempts WHERE sweep = 'disk' AND to_epoch > 20 AND outcome IS NULL", 2, first);

        await KillAsync(first.Pid);
        await first.EndAsync(Token);
        await using var second = StartNode("second.log");
        await HoldsAsync(
            "SELECT count(*) FROM attempts WHERE sweep = 'disk' AND attempt = 2 AND from_epoch > 0 AND to_epoch > from_epoch", 2,
            second);
        await KillAsync(_lab.HeadPid);
        await _lab.StopHeadAsync();
        await _lab.StartHeadAsync(Token);
        await HoldsAsync("SELECT count(*) FROM trials WHERE sweep = 'disk' AND state = 'succeeded'", 2, second);
        Assert.Equal(0, await second.LeaveAsync());

        Assert.Equal(undisturbed, await Invariants.NumbersAsync(_lab.Store, "disk", Token));
        await Invariants.AssertAsync(_lab.Store, "disk", Token);
        var (models, others) = (await ModelsAsync("disk"), await ModelsAsync("quiet"));
        Assert.Equal(2, models.Count);
        Assert.Equal(others.Select(Weights), models.Select(Weights));
        await _lab.DoAsync(Token, "export", "disk", "--to", "models", "-o", _lab.PathOf("models"));
        await _lab.DoAsync(Token, "plot", "samples", "disk", "-o", _lab.PathOf("samples.svg"));
        Assert.Empty(Directory.GetDirectories(Artifacts, ".node-*"));
    }

    private static async Task KillAsync(int pid)
    {
        var none = new Dictionary<string, string?>(StringComparer.Ordinal);
        (await Said.RunAsync("/", none, "kill", ["-9", pid.ToString(CultureInfo.InvariantCulture)], Token)).Succeeded("kill");
    }

    /// <summary>Without what the file says of the program that wrote it.</summary>
    private static byte[] Weights(string model)
    {
        var bytes = File.ReadAllBytes(model);
        return bytes[(int)(sizeof(long) + BitConverter.ToInt64(bytes))..];
    }

    private Daemon StartNode(string log) => _lab.Start(
        log, ["unshare", "--mount", "sh", "-c", Hide, Artifacts],
        "worker", "--join", _lab.Address, "--key", _lab.KeyFile!, "--devices", "cpu:2", "--verbose");

    private async Task<IReadOnlyList<string>> ModelsAsync(string sweep)
    {
        var paths = (await _lab.QueryAsync($"SELECT model_path FROM trials WHERE sweep = '{sweep}' ORDER BY trial", Token))
            .Select(row => (string)row[0]!).ToList();
        Assert.All(paths, path => Assert.StartsWith(Artifacts, path, StringComparison.Ordinal));
        return paths;
    }

    private Task SubmitAsync(string name) => _lab.DoAsync(Token, "submit", _lab.Write(
        $"{name}.yaml",
        $$"""
        name: {{name}}
        dataset: { name: sprites, train: 1000, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [64] }
        train: { epochs: {{Epochs}}, batch_size: 50, checkpoint_epochs: 5 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        seeds: 1
        table: { by: [model.latent], metric: test_nll }

        """));

    private Task HoldsAsync(string count, long expected, params Daemon[] nodes) => Until.HoldsAsync(
        async () => await _lab.CountAsync(count, Token) == expected,
        () => $"{count}\nhead: {_lab.HeadLog}\n{string.Join("\n\n", nodes.Select(node => node.Log))}", Token);
}
