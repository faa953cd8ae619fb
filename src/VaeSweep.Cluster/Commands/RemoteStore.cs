using Akka.Actor.Setup;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>The store of a running head, as commands use it: each call is carried out there. What workers do with trials (claims,
/// renewals, reports, ends) is not offered: they talk to the head as nodes.</summary>
/// <remarks>Besides <see cref="IStore"/>'s errors: <see cref="StoreUnreachableException"/> when the head does not
/// answer.</remarks>
public sealed partial class RemoteStore : IStore, IWatchedStore
{
    /// <summary>For each piece of a file.</summary>
    private static readonly TimeSpan _filePatience = TimeSpan.FromSeconds(30);

    private readonly HeadChannel _channel;
    private readonly string _token;
    private HeadInfo? _head;

    internal RemoteStore(ICommandLink link, string? token, TimeProvider time)
    {
        _token = token ?? "";
        _channel = new HeadChannel(link, token ?? "", time);
        Results = new RemoteResults(_channel);
    }

    /// <summary>A store whose head answers at an address. Nothing is asked yet.</summary>
    /// <param name="address">HOST:PORT.</param>
    /// <param name="token">What <c>STORE.owner</c> says; null where a key decides.</param>
    /// <param name="setup">TLS; null for plain TCP, which is for loopback alone.</param>
    /// <param name="key">As <see cref="Key"/>.</param>
    public static RemoteStore Connect(
        string address, string? token, Setup? setup, TimeProvider time, JoinFile? key = null) =>
        new(ClusterClientLink.Open(address, setup, time), token, time) { Key = key };

    /// <summary>The head's own store, once it has been asked; its address before.</summary>
    public string Location => _head?.Location ?? $"the store of the head at {_channel.Address}";

    /// <summary>HOST:PORT of the head.</summary>
    public string Address => _channel.Address;

    public IResults Results { get; }

    /// <summary>What opens the way to the head for files; null on its own machine.</summary>
    public JoinFile? Key { get; init; }

    /// <summary>Asks the head who it is. Its store has its own version's schema, whatever this program's.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken) =>
        _head = await _channel.AskAsync(Methods.Hello, Nothing.Instance, cancellationToken);

    public async Task<string> IdentityAsync(CancellationToken cancellationToken) =>
        (_head ??= await _channel.AskAsync(Methods.Hello, Nothing.Instance, cancellationToken)).Identity;

    public async Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) =>
        await _channel.AskAsync(Methods.GetSetting, new SettingNamed(name), cancellationToken);

    public Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.SetSetting, new SettingNamed(name, value), cancellationToken);

    public Task<SubmitResult> SubmitAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        _channel.SubmitAsync(Methods.Submit, sweep, trials, cancellationToken);

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        _channel.SubmitAsync(Methods.Plan, sweep, trials, cancellationToken);

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.Sweeps, Nothing.Instance, cancellationToken);

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Sweep, new SweepNamed(name), cancellationToken);

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.SetState, new StateWish(name, state), cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Adjust, new Adjusting(name, change), cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.StopTrial, new TrialKeyed(trialKey), cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Retry, new Retrying(sweep, failureClass, trialKey), cancellationToken);

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.TakeObsolete, new Limited(limit), cancellationToken);

    public Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.Checkpoints, Nothing.Instance, cancellationToken);

    public Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.ForgetCheckpoints, new Keyed([.. keys]), cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.Files, new SweepNamed(sweep), cancellationToken);

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.Nodes, Nothing.Instance, cancellationToken);

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(
        string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        _channel.ListAsync(Methods.FindTrials, new Finding(idPrefix, sweep, limit), cancellationToken);

    public async Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        QueryPart? first = null;
        var rows = new List<object?[]>();
        await foreach (var part in _channel.ReadAsync(Methods.Query, new Querying(sql, parameters, timeout), cancellationToken))
        {
            if (part.Row is { } row)
                rows.Add(row);
            else
                first = part;
        }

        return new QueryResult(first!.Columns!, rows, first.Truncated);
    }

    public async Task<bool> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, IRowSink rows,
        CancellationToken cancellationToken)
    {
        var isTruncated = false;
        await foreach (var part in _channel.ReadAsync(Methods.Query, new Querying(sql, parameters, timeout), cancellationToken))
        {
            if (part.Row is not { } row)
            {
                rows.Begin(part.Columns!);
                isTruncated = part.Truncated;
            }
            else if (!rows.Add(row))
            {
                return true;
            }
        }

        return isTruncated;
    }

    public Task<StoreNews> NewsAsync(string epoch, long number, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.News, new Watching(epoch, number), cancellationToken);

    /// <summary>Backs the store up into a file of the head's machine, while it is in use.</summary>
    /// <param name="file">Full path there; nothing may be there yet, unless it is to give way.</param>
    /// <exception cref="StoreException">The file cannot be written, or the store is damaged.</exception>
    public Task<BackupSummary> BackupAsync(string file, bool replaces, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Backup, new BackingUp(file, replaces), cancellationToken);

    /// <summary>Sends the head a data set that somebody added, if it does not have it.</summary>
    /// <param name="file">Here.</param>
    /// <exception cref="StoreException">The head does not take it; the message says why.</exception>
    public async Task SendDataAsync(string file, string sha256, CancellationToken cancellationToken)
    {
        var (host, _) = HeadAddress.Parse(_channel.Address);
        var route = new FileRoute();
        route.Set(host, await _channel.AskAsync(Methods.FilesPort, Nothing.Instance, cancellationToken));
        try
        {
            await new FileClient(route, Key, _token, _filePatience).PutAsync(file, DataNames.Of(sha256), cancellationToken);
        }
        catch (FileTransferException failure)
        {
            throw new StoreException($"The head does not take the images of a data set ({file}): {failure.Message}", failure);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    // ---- not for commands ----

    Task<IReadOnlyList<Claim>> IStore.ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => throw ForNodes();

    Task<IReadOnlySet<AttemptKey>> IStore.AppendAsync(ReportBatch batch, CancellationToken cancellationToken) => throw ForNodes();

    Task<bool> IStore.FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) => throw ForNodes();

    private NotSupportedException ForNodes() => new(
        $"{Location} belongs to a running head, and commands do not work at its trials: nodes do (`vaesweep worker`).");
}
