using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What the page's first view shows, and what of it has changed since it was looked at last. Used by one at a
/// time.</summary>
internal sealed class HomeBook(TimeProvider time)
{
    private static readonly TimeSpan _detailsEvery = TimeSpan.FromMilliseconds(400);

    private readonly Dictionary<long, HomeSweep> _sweeps = [];
    private readonly RunningTrials _running = new(time);
    private byte[] _nodes = "[]"u8.ToArray();
    private string _nodesTold = "";
    private long? _details;

    /// <summary>The newest first.</summary>
    public IEnumerable<HomeSweep> Sweeps => _sweeps.Values.OrderByDescending(one => one.Status.Key);

    public HomeSweep? Find(long key) => _sweeps.GetValueOrDefault(key);

    /// <summary>An array of JSON.</summary>
    public byte[] Nodes => _nodes;

    /// <summary>Looks at a store again.</summary>
    /// <param name="changed">Keys of sweeps that may have changed; null: all.</param>
    /// <param name="number">Of this look.</param>
    public async Task<HomeChange> LookAsync(
        IStore store, bool isLive, IReadOnlyCollection<long>? changed, long number, CancellationToken cancellationToken)
    {
        var gone = await SweepsAsync(store, changed, cancellationToken);
        var nodes = false;
        if (changed is null || _details is not { } last || time.GetElapsedTime(last) >= _detailsEvery)
        {
            nodes = await DetailsAsync(store, isLive, cancellationToken);
            _details = time.GetTimestamp();
        }

        return new HomeChange(Rewritten(number), gone, nodes);
    }

    /// <summary>What has been learned since, of a store that is as it was.</summary>
    public HomeChange Again(long number) => new(Rewritten(number), [], Nodes: false);

    /// <summary>Writes the best row of a sweep once it is known.</summary>
    public void Best(long key, BestRow? best)
    {
        if (Find(key) is { } sweep)
            sweep.Best = best;
    }

    private async Task<IReadOnlyList<long>> SweepsAsync(
        IStore store, IReadOnlyCollection<long>? changed, CancellationToken cancellationToken)
    {
        if (changed is not null && changed.All(_sweeps.ContainsKey))
        {
            var missing = false;
            foreach (var key in changed)
            {
                if (await store.GetSweepAsync(_sweeps[key].Status.Name, cancellationToken) is { } now && now.Key == key)
                    _sweeps[key].See(now);
                else
                    missing = true;
            }

            if (!missing)
                return [];
        }

        var all = await store.ListSweepsAsync(cancellationToken);
        foreach (var status in all)
        {
            if (!_sweeps.TryGetValue(status.Key, out var known))
                _sweeps.Add(status.Key, known = new HomeSweep(status, time));
            known.See(status);
        }

        var there = all.Select(one => one.Key).ToHashSet();
        var gone = _sweeps.Keys.Where(key => !there.Contains(key)).ToList();
        gone.ForEach(key => _sweeps.Remove(key));
        return gone;
    }

    /// <returns>Whether something of the nodes has changed but when they were heard.</returns>
    private async Task<bool> DetailsAsync(IStore store, bool isLive, CancellationToken cancellationToken)
    {
        var nodes = await store.ListNodesAsync(cancellationToken);
        await _running.LookAsync(
            store, [.. _sweeps.Values.Where(one => one.Status.Count(TrialState.Running) > 0)], cancellationToken);
        var lost = nodes.Where(node => !node.Alive || !isLive).Select(node => node.Info.Node).ToHashSet(StringComparer.Ordinal);
        foreach (var sweep in _sweeps.Values)
        {
            var id = Ids.Of(sweep.Status.Key);
            sweep.Lost = _running.ByWorker.SelectMany(one => one)
                .Count(trial => trial.SweepId == id && lost.Contains(NodeOf(trial.Worker)));
        }

        _nodes = Written(json => NodeList.Write(json, nodes, _running, isLive));
        var told = System.Text.Encoding.UTF8.GetString(Written(json => NodeList.Write(
            json, [.. nodes.Select(node => node with { SeenAt = default })], _running, isLive)));
        var isNews = told != _nodesTold;
        _nodesTold = told;
        return isNews;
    }

    private IReadOnlyList<HomeSweep> Rewritten(long number)
    {
        var news = new List<HomeSweep>();
        foreach (var sweep in Sweeps)
        {
            sweep.Reckon();
            var same = Written(json => sweep.Write(json, 0));
            if (sweep.Told.AsSpan().SequenceEqual(same))
                continue;
            sweep.Told = same;
            sweep.Json = Written(json => sweep.Write(json, number));
            news.Add(sweep);
        }

        return news;
    }

    private static string NodeOf(string worker) => worker[..Math.Max(0, worker.LastIndexOf('/'))];

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            write(json);
        return stream.ToArray();
    }
}

/// <summary>What a look has found.</summary>
/// <param name="Sweeps">Those that are not as they were.</param>
/// <param name="Gone">Keys of those that are not there any more.</param>
/// <param name="Nodes">Something of the nodes is not as it was.</param>
internal sealed record HomeChange(IReadOnlyList<HomeSweep> Sweeps, IReadOnlyList<long> Gone, bool Nodes)
{
    public bool IsNothing => Sweeps.Count == 0 && Gone.Count == 0 && !Nodes;
}
