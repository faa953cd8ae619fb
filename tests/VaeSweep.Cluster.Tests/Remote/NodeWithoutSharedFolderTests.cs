using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>A head and nodes whose artifacts folders are different ones: real actor systems, real TLS, real files.</summary>
public sealed class NodeWithoutSharedFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-test-");
    private readonly ListLogger _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder.FullName, "head");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_trial_goes_on_elsewhere_from_the_checkpoint_that_the_head_has_and_its_model_ends_there()
    {
        await using var head = await StartHeadAsync(leaseSeconds: 5);
        await SubmitAsync(head, 1);
        var first = new FilingLauncher { BeforeEpoch = (_, epoch, cancelled) => Task.Delay(epoch > 3 ? -1 : 0, cancelled) };
        await using (var line = Line(head))
        {
            await using var node = await line.StartNodeAsync(Options(first, "first"), Token);
            await HoldsAsync(async () => Path.GetFileName((await TrialAsync(head)).CheckpointPath) == "ckpt-3.bin");
            node.Abort();
        }

        Directory.Delete(Path.Combine(_folder.FullName, "first"), recursive: true);
        var second = new FilingLauncher();
        await using (var line = Line(head))
        {
            await using var node = await line.StartNodeAsync(Options(second, "second"), Token);
            await HoldsAsync(async () => (await TrialAsync(head)).State == TrialState.Succeeded);
            await node.StopAsync();
        }

        var (trial, resumed) = (await TrialAsync(head), Assert.Single(second.Trained));
        Assert.Equal((2, FilingLauncher.Epochs), (trial.Attempts, trial.EpochsDone));
        Assert.StartsWith(Path.Combine(_folder.FullName, "second"), resumed.ResumeFrom, StringComparison.Ordinal);
        Assert.EndsWith("ckpt-3.bin", resumed.ResumeFrom, StringComparison.Ordinal);
        Assert.StartsWith(Root, trial.ModelPath, StringComparison.Ordinal);
        Assert.Equal(FilingLauncher.StateAfter(FilingLauncher.Epochs), await File.ReadAllBytesAsync(trial.ModelPath!, Token));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(trial.ModelPath)!, "nll.npy")));
        var evaluated = await head.Store.QueryAsync("SELECT file FROM evaluations", null, TimeSpan.FromMinutes(1), Token);
        Assert.StartsWith(Root, $"{evaluated.Rows[0][0]}", StringComparison.Ordinal);
        // What was on its way is there, and nothing stays here.
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder.FullName, "second")));
    }

    [Fact]
    public async Task While_the_head_is_away_training_goes_on_and_what_it_has_made_is_sent_to_the_next()
    {
        var head = await StartHeadAsync();
        await SubmitAsync(head, 1);
        var away = new TaskCompletionSource();
        var isThrough = new TaskCompletionSource();
        var launcher = new FilingLauncher
        {
            BeforeEpoch = (_, epoch, cancelled) =>
            {
                if (epoch == FilingLauncher.Epochs)
                    isThrough.TrySetResult();
                return epoch < 2 ? Task.CompletedTask : away.Task.WaitAsync(cancelled);
            },
        };
        await using var line = Line(head);
        await using var node = await line.StartNodeAsync(Options(launcher, "node"), Token);
        await HoldsAsync(async () => (await TrialAsync(head)).CheckpointPath is not null);
        await head.DisposeAsync();
        away.SetResult();
        await isThrough.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        await _log.LineAsync("waits to be sent");

        await using var next = await StartHeadAsync(PortOf(head));
        await HoldsAsync(async () => (await TrialAsync(next)).State == TrialState.Succeeded);

        var trial = await TrialAsync(next);
        Assert.Equal((1, FilingLauncher.Epochs), (trial.Attempts, trial.EpochsDone));
        Assert.Equal(FilingLauncher.StateAfter(FilingLauncher.Epochs), await File.ReadAllBytesAsync(trial.ModelPath!, Token));
        await node.StopAsync();
    }

    [Fact]
    public async Task What_the_head_sees_too_is_not_sent()
    {
        await using var head = await StartHeadAsync(isSeen: true);
        await SubmitAsync(head, 2);
        var launcher = new FilingLauncher();
        await using var line = Line(head);
        await using var node = await line.StartNodeAsync(Options(launcher, "node"), Token);

        await HoldsAsync(async () => (await head.Store.GetSweepAsync("s", Token))!.Count(TrialState.Succeeded) == 2);
        await node.StopAsync();

        Assert.All(launcher.Trained, trial => Assert.StartsWith(Root, trial.ArtifactsFolder, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_folder.FullName, "node")));
    }

    [Fact]
    public async Task A_head_whose_next_port_is_taken_says_so()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port - 1;

        var failed = await Assert.ThrowsAsync<HeadFailedException>(() => StartHeadAsync(port));

        Assert.Contains(
            $"cannot listen on 127.0.0.1:{port + 1}, where it takes and gives files", failed.Message, StringComparison.Ordinal);
    }

    private static int PortOf(Head head) =>
        int.Parse(head.Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>With a deadline, so that a test that fails says where.</summary>
    private static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
            await timer.WaitForNextTickAsync(late.Token);
    }

    private static async Task<TrialStatus> TrialAsync(Head head) =>
        Assert.Single(await head.Store.FindTrialsAsync("", "s", 2, Token));

    private static Task<SubmitResult> SubmitAsync(Head head, int trials) => head.Store.SubmitAsync(
        new SweepSubmission("s", "d"),
        Enumerable.Range(0, trials).Select(i =>
            new Trial(i, $"{i:x64}", $"{{\"a\":1,\"seed\":{i}}}", i, "p", FilingLauncher.Epochs)),
        Token);

    /// <param name="isSeen">Nodes see its folder: on one machine they would always.</param>
    private async Task<Head> StartHeadAsync(int port = 0, bool isSeen = false, double leaseSeconds = 60)
    {
        var head = await Head.StartAsync(
            new HeadSettings
            {
                StorePath = Path.Combine(_folder.FullName, "store.db"), Port = port, HasKey = true, ArtifactsFolder = Root,
                Product = "1.0", Lease = TimeSpan.FromSeconds(leaseSeconds),
            },
            Token);
        if (!isSeen)
            File.Delete(Path.Combine(Root, ".vaesweep-head"));
        return head;
    }

    private NodeLine Line(Head head) => new(head.Address, TimeProvider.System, _log) { Key = head.Keys!.Join };

    private NodeOptions Options(FilingLauncher launcher, string folder) => new()
    {
        Launcher = launcher, Devices = ["cpu:0"], ArtifactsFolder = Path.Combine(_folder.FullName, folder), Version = "1.0",
    };
}
