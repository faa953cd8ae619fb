using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

internal sealed partial class SqlResults
{
    private const int TrialsAtOnce = 20_000;
    private const int IdsAtOnce = 5_000;
    private const int BasesAtOnce = 200;
    private const string LastAttempt = "FROM attempts a WHERE a.sweep = t.sweep AND a.trial = t.trial AND a.attempt = t.attempts";

    public IAsyncEnumerable<TrialRecord> TrialsAsync(TrialFilter which, TrialParts parts, CancellationToken cancellationToken) =>
        which.LastFinishedFirst ? LastFinishedAsync(which, parts, cancellationToken)
            : InOrderAsync(which, parts, cancellationToken);

    public async Task<IReadOnlyList<PointRecord>> PointsAsync(string sweep, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT p.point, p.base, p.changes FROM points p
            WHERE p.point > @after AND p.point IN (SELECT t.point FROM trials t WHERE t.sweep = @sweep)
            ORDER BY p.point
            """;
        var points = new List<(long Key, long Base, string Changes)>();
        QueryResult page;
        do
        {
            page = await _pages.QueryAsync(
                Sql, new(StringComparer.Ordinal) { ["sweep"] = sweep, ["after"] = points.Count == 0 ? -1L : points[^1].Key },
                cancellationToken);
            points.AddRange(page.Rows.Select(row => ((long)row[0]!, (long)row[1]!, (string)row[2]!)));
        }
        while (page.Truncated);

        var bases = new Dictionary<long, PointBase>();
        foreach (var some in points.Select(p => p.Base).Distinct().Chunk(BasesAtOnce))
        {
            var configs = await _pages.QueryAsync(
                $"SELECT p.point, p.config FROM points p WHERE p.point IN ({SqlPages.Listed(some)})", [], cancellationToken);
            foreach (var row in configs.Rows)
                bases[(long)row[0]!] = new PointBase((long)row[0]!, (string)row[1]!);
        }

        return [.. points.Select(p => new PointRecord(p.Key, bases[p.Base], p.Changes))];
    }

    private async IAsyncEnumerable<TrialRecord> InOrderAsync(
        TrialFilter which, TrialParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = which.Limit ?? int.MaxValue;
        foreach (var sweep in which.Sweep is { } one ? [one] : (await store.ListSweepsAsync(cancellationToken))
            .Select(s => s.Name))
        {
            var pages = await _pages.IdsAsync(which, sweep, cancellationToken) is { } ids
                ? OfIdsAsync(which, sweep, ids, parts, cancellationToken)
                : ByIndexAsync(which, sweep, parts, left, cancellationToken);
            await foreach (var trial in pages)
            {
                if (left-- == 0)
                    yield break;

                yield return trial;
            }
        }
    }

    private async IAsyncEnumerable<TrialRecord> ByIndexAsync(
        TrialFilter which, string sweep, TrialParts parts, int limit, [EnumeratorCancellation]
            CancellationToken cancellationToken)
    {
        var size = Math.Min(limit, TrialsAtOnce);
        var sql = $"{Select(parts)} WHERE t.sweep = @sweep AND t.trial_index > @after{Conditions(which)} ORDER BY t.trial_index "
            + $"LIMIT {size}";
        QueryResult page;
        var after = -1L;
        do
        {
            page = await _pages.QueryAsync(sql, Parameters(which, ("sweep", sweep), ("after", after)), cancellationToken);
            foreach (var row in page.Rows)
            {
                var trial = Trial(row, parts);
                after = trial.Index;
                yield return trial;
            }
        }
        while (page.Rows.Count == size || page.Truncated);
    }

    private async IAsyncEnumerable<TrialRecord> OfIdsAsync(
        TrialFilter which, string sweep, IReadOnlyList<string> ids, TrialParts parts, [EnumeratorCancellation]
            CancellationToken cancellationToken)
    {
        foreach (var some in ids.Chunk(IdsAtOnce))
        {
            var page = await _pages.QueryAsync(
                $"{Select(parts)} WHERE t.sweep = @sweep AND t.trial IN ({SqlPages.Quoted(some)}){Conditions(which)}",
                Parameters(which, ("sweep", sweep)), cancellationToken);
            var found = page.Rows.Select(row => Trial(row, parts)).ToDictionary(trial => trial.Id, StringComparer.Ordinal);
            foreach (var id in some)
            {
                if (found.TryGetValue(id, out var trial))
                    yield return trial;
            }
        }
    }

    private async IAsyncEnumerable<TrialRecord> LastFinishedAsync(
        TrialFilter which, TrialParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sweep = which.Sweep is null ? "" : " AND t.sweep = @sweep";
        var limit = which.Limit is { } most ? $" LIMIT {most}" : "";
        var page = await _pages.QueryAsync(
            $"{Select(parts)} WHERE t.finished_at IS NOT NULL{sweep}{Conditions(which)} ORDER BY t.finished_at DESC{limit}",
            Parameters(which, ("sweep", which.Sweep)), cancellationToken);
        foreach (var row in page.Rows)
            yield return Trial(row, parts);
    }

    private static string Conditions(TrialFilter which) =>
        SqlPages.Conditions(which) + (which.DeviceKind is null ? "" : $" AND (SELECT a.device {LastAttempt}) LIKE @kind");

    private static Dictionary<string, object?> Parameters(
        TrialFilter which, params ReadOnlySpan<(string Name, object? Value)> others)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["kind"] = $"{which.DeviceKind}:%" };
        foreach (var (name, value) in others)
            parameters[name] = value;

        return parameters;
    }

    private static string Select(TrialParts parts)
    {
        var columns = "t.sweep, t.trial, t.trial_index, t.seed, t.point, t.state, t.wanted, t.round, t.parent"
            + (parts.HasFlag(TrialParts.Fingerprint) ? ", t.fingerprint" : "")
            + (parts.HasFlag(TrialParts.Progress) ? ", t.attempts, t.epochs_done, t.epochs, t.seconds" : "")
            + (parts.HasFlag(TrialParts.Outcome) ? ", t.started_at, t.finished_at, t.failure_class, t.reason, t.model_path"
                + ", t.taken_from, t.imported, t.tags, t.note" : "")
            + (parts.HasFlag(TrialParts.Configuration) ? ", t.config" : "")
            + (parts.HasFlag(TrialParts.Worker) ? $", t.worker, (SELECT a.device {LastAttempt})" : "");
        return $"SELECT {columns} FROM trials t";
    }

    // Initialisers run in their order, which is that of the columns.
    private static TrialRecord Trial(object?[] row, TrialParts parts)
    {
        var next = 0;
        return new TrialRecord
        {
            Sweep = Text(TrialParts.None)!,
            Id = Text(TrialParts.None)!,
            Index = Whole(TrialParts.None),
            Seed = Whole(TrialParts.None),
            Point = Whole(TrialParts.None),
            State = Words.Parse<TrialState>(Text(TrialParts.None)!),
            Wanted = Whole(TrialParts.None) != 0,
            Round = (int)Whole(TrialParts.None),
            Parent = Text(TrialParts.None),
            Fingerprint = Text(TrialParts.Fingerprint)!,
            Attempts = (int)Whole(TrialParts.Progress),
            EpochsDone = (int)Whole(TrialParts.Progress),
            Epochs = (int)Whole(TrialParts.Progress),
            Seconds = Of(TrialParts.Progress) is { } seconds ? Number(seconds) : 0,
            StartedAt = Instant(Of(TrialParts.Outcome)),
            FinishedAt = Instant(Of(TrialParts.Outcome)),
            FailureClass = Words.ParseOrNull<FailureClass>(Text(TrialParts.Outcome)),
            Reason = Text(TrialParts.Outcome),
            ModelPath = Text(TrialParts.Outcome),
            Source = Source(Text(TrialParts.Outcome), Text(TrialParts.Outcome)),
            Tags = Text(TrialParts.Outcome)?.Split(',') ?? [],
            Note = Text(TrialParts.Outcome),
            Config = Text(TrialParts.Configuration)!,
            Worker = Text(TrialParts.Worker),
            Device = Text(TrialParts.Worker),
        };

        // The views do not say which trial it was.
        static TrialSource? Source(string? sweep, string? file) =>
            file is not null ? new(file, 0) : sweep is not null ? new(sweep, 1) : null;

        object? Of(TrialParts part) => (parts & part) == part ? row[next++] : null;

        string? Text(TrialParts part) => (string?)Of(part);

        long Whole(TrialParts part) => Of(part) is long whole ? whole : 0;
    }
}
