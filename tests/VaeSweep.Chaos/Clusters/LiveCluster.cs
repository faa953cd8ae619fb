namespace VaeSweep.Chaos.Clusters;

/// <summary>A head and workers as processes of this machine, struck and started again.</summary>
internal sealed class LiveCluster : IDisposable
{
    private const int Interrupted = 130;
    private const string HeadIsUp = "this is the head";
    private const string WorkerIsUp = "trains for the head";
    private const int LinesShown = 15;

    private readonly Desk _desk;
    private readonly string _address;

    /// <summary>The head, then the workers; null of who is dead.</summary>
    private readonly CommandRun?[] _runs;
    private readonly List<CommandRun> _killed = [];
    private readonly List<CommandRun> _draining = [];
    private readonly List<Task> _halts = [];

    /// <param name="address">HOST:PORT of the head, in each of its lives.</param>
    public LiveCluster(Desk desk, string address, int workers) =>
        (_desk, _address, _runs) = (desk, address, new CommandRun?[1 + workers]);

    public int Kills { get; private set; }

    /// <summary>Whatever may have cost a trial an attempt.</summary>
    public int Blows { get; private set; }

    private IEnumerable<CommandRun> Workers => _runs.Skip(1).OfType<CommandRun>();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        StartGone();
        await _runs[0]!.SaidAsync(HeadIsUp, cancellationToken);
    }

    /// <summary>Strikes, and starts again what was killed.</summary>
    public async Task StrikeAsync(Volley volley, CancellationToken cancellationToken)
    {
        foreach (var blow in volley.Blows)
        {
            using (var writes = new Writes(_desk.Folder))
            {
                // Without a head there may be nobody who writes: the next blow falls at once.
                for (var write = 0; write < blow.Writes && _runs[0] is not null; write++)
                    await writes.NextAsync(cancellationToken);
            }

            AssertNobodyLeftUnasked();
            Strike(blow);
            await BuryAsync(cancellationToken);
            if (!blow.Late)
                StartGone();
        }

        StartGone();
        foreach (var leaving in _draining)
            await EndAsync(leaving, 0, cancellationToken);
        _draining.Clear();
        StartGone();
    }

    /// <summary>Ends every trouble.</summary>
    public Task RecoverAsync() => Task.WhenAll(_halts);

    /// <summary>Workers leave, then the head: in order, and nothing stays.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        AssertNobodyLeftUnasked();
        foreach (var worker in Workers)
        {
            // Before it has said so, a signal is the end of it.
            await worker.SaidAsync(WorkerIsUp, cancellationToken);
            worker.SignalParent(Posix.Terminate);
        }

        foreach (var worker in Workers)
            await EndAsync(worker, 0, cancellationToken);
        var head = _runs[0]!;
        await head.SaidAsync(HeadIsUp, cancellationToken);
        head.SignalParent(Posix.Terminate);
        await EndAsync(head, Interrupted, cancellationToken);
    }

    /// <summary>What everybody said last.</summary>
    public string Said() => string.Join("\n\n", _runs.Select((run, i) =>
        $"{(i == 0 ? "head" : $"worker {i - 1}")}: {LastLines(run?.Errors ?? "is dead")}"));

    public void Dispose()
    {
        foreach (var run in _runs.Concat(_killed).Concat(_draining))
            run?.Dispose();
    }

    private static string LastLines(string text) => string.Join('\n', text.Split('\n').TakeLast(LinesShown));

    private void Strike(Blow blow)
    {
        Blows++;
        var place = blow.Kind is BlowKind.KillHead or BlowKind.HaltHead ? 0 : 1 + blow.Worker;
        switch (blow.Kind)
        {
            case BlowKind.HaltHead or BlowKind.HaltWorker when _runs[place] is { } run:
                Halt(run, blow.Lasts);
                break;
            case BlowKind.DrainWorker when _runs[place] is { } worker && worker.HasSaid(WorkerIsUp):
                worker.SignalParent(Posix.Terminate);
                _draining.Add(worker);
                _runs[place] = null;
                break;
            case BlowKind.KillTrainer when Workers.SelectMany(worker => worker.Trainers()).ToList() is { Count: > 0 } trainers:
                Posix.Signal(trainers[blow.Worker % trainers.Count], Posix.Kill);
                Kills++;
                break;
            default:
                Kill(place);
                break;
        }
    }

    /// <summary>Kills whoever is in a place, or the next who lives.</summary>
    private void Kill(int place)
    {
        var places = Enumerable.Range(place, _runs.Length).Select(i => i % _runs.Length).ToList();
        places.RemoveAll(i => _runs[i] is null);
        if (places.Count == 0)
        {
            StartGone();
            places.Add(place);
        }

        var run = _runs[places[0]]!;
        run.SignalParent(Posix.Kill);
        _killed.Add(run);
        _runs[places[0]] = null;
        Kills++;
    }

    /// <summary>With all that it has started, as when a machine is suspended.</summary>
    private void Halt(CommandRun run, TimeSpan lasts)
    {
        run.SignalGroup(Posix.Stop);
        _halts.Add(ContinueAsync());

        async Task ContinueAsync()
        {
            using var timer = new PeriodicTimer(lasts);
            await timer.WaitForNextTickAsync();
            run.SignalGroup(Posix.Continue);
        }
    }

    /// <summary>Of whoever was killed nothing stays, not even what it had started.</summary>
    private async Task BuryAsync(CancellationToken cancellationToken)
    {
        foreach (var dead in _killed)
        {
            // What was halted with it does not see that it is gone.
            dead.SignalGroup(Posix.Continue);
            await EndAsync(dead, 128 + Posix.Kill, cancellationToken);
            dead.Dispose();
        }

        _killed.Clear();
    }

    private static async Task EndAsync(CommandRun run, int expected, CancellationToken cancellationToken)
    {
        var code = await run.ExitAsync(cancellationToken);
        Assert.True(code == expected, $"exit code {code} instead of {expected}. It said:\n{run.Errors}");
        run.AssertNoneLeft();
    }

    private void AssertNobodyLeftUnasked()
    {
        foreach (var run in _runs.OfType<CommandRun>())
            Assert.False(run.HasEnded, $"process {run.Pid} has ended by itself. It said:\n{run.Errors}");
    }

    private void StartGone()
    {
        _runs[0] ??= CommandRun.Start(_desk.Folder, "head", "--listen", _address, "--lease", "4");
        for (var i = 1; i < _runs.Length; i++)
            _runs[i] ??= CommandRun.Start(_desk.Folder, "worker", "--join", _address, "--devices", "cpu:1");
    }
}
