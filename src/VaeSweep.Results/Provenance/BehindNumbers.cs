using System.Globalization;
using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>The trials, attempts, machines and versions that the numbers of a table come from.</summary>
public sealed class BehindNumbers
{
    // As many points as one statement names; more are asked for in several.
    private const int PointsAtOnce = 500;
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);
    private readonly ILookup<long, TrialOrigin> _byPoint;

    private BehindNumbers(IEnumerable<TrialOrigin> trials) => _byPoint = trials.ToLookup(t => t.Point);

    /// <summary>Reads the trials of some points of a sweep.</summary>
    public static async Task<BehindNumbers> ReadAsync(IStore store, string sweep, Metric metric, IEnumerable<long> points, CancellationToken cancellationToken)
    {
        var trials = new List<TrialOrigin>();
        foreach (var some in points.Chunk(PointsAtOnce))
        {
            trials.AddRange(await ReadSomeAsync(store, sweep, metric, string.Join(',', some.Select(p => p.ToString(CultureInfo.InvariantCulture))), cancellationToken));
        }

        return new BehindNumbers(trials);
    }

    /// <summary>The trials of some points, by seed.</summary>
    public IReadOnlyList<TrialOrigin> Of(IEnumerable<long> points) => [.. points.SelectMany(p => _byPoint[p]).OrderBy(t => t.Seed).ThenBy(t => t.Trial, StringComparer.Ordinal)];

    /// <summary>An array with one object a trial.</summary>
    public void WriteJson(Utf8JsonWriter json, IEnumerable<long> points)
    {
        json.WriteStartArray();
        foreach (var trial in Of(points))
        {
            json.WriteStartObject();
            json.WriteString("trial", trial.Trial);
            json.WriteString("fingerprint", trial.Fingerprint);
            json.WriteNumber("seed", trial.Seed);
            json.WriteString("state", trial.State.ToString().ToLowerInvariant());
            json.WritePropertyName("value");
            JsonRenderer.WriteNumber(json, trial.Value);
            json.WritePropertyName("samples");
            JsonRenderer.WriteValue(json, trial.Samples);
            json.WriteString("reason", trial.Reason);
            json.WriteString("model", trial.ModelPath);
            json.WriteStartArray("attempts");
            foreach (var attempt in trial.Attempts)
            {
                Write(json, attempt);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, AttemptOrigin attempt)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", attempt.Attempt);
        json.WriteString("worker", attempt.Worker);
        json.WriteString("device", attempt.Device);
        json.WriteString("started_at", attempt.StartedAt);
        json.WriteString("ended_at", attempt.EndedAt);
        json.WriteNumber("from_epoch", attempt.FromEpoch);
        json.WritePropertyName("to_epoch");
        JsonRenderer.WriteValue(json, attempt.ToEpoch);
        json.WriteString("outcome", attempt.Outcome);
        json.WritePropertyName("provenance");
        json.WriteRawValue(attempt.Provenance ?? "null");
        json.WriteEndObject();
    }

    private static async Task<List<TrialOrigin>> ReadSomeAsync(IStore store, string sweep, Metric metric, string points, CancellationToken cancellationToken)
    {
        var attempts = (await RowsAsync(
            $"""
            SELECT t.trial, a.attempt, a.worker, a.device, a.started_at, a.ended_at, a.from_epoch, a.to_epoch, a.outcome, a.provenance
            FROM trials t JOIN attempts a ON a.sweep = t.sweep AND a.trial = t.trial
            WHERE t.sweep = @sweep AND t.wanted AND t.point IN ({points}) ORDER BY t.trial, a.attempt
            """)).ToLookup(
                row => (string)row[0]!,
                row => new AttemptOrigin(
                    (long)row[1]!, (string)row[2]!, (string)row[3]!, (string)row[4]!, (string?)row[5], (long)row[6]!, (long?)row[7], (string?)row[8], (string?)row[9]),
                StringComparer.Ordinal);
        var values = await ValuesAsync();
        var trials = await RowsAsync(
            $"SELECT t.point, t.trial, t.fingerprint, t.seed, t.state, t.reason, t.model_path FROM trials t WHERE t.sweep = @sweep AND t.wanted AND t.point IN ({points})");
        return [.. trials.Select(row =>
        {
            var (value, samples) = values.GetValueOrDefault((string)row[1]!, (double.NaN, null));
            return new TrialOrigin(
                (long)row[0]!, (string)row[1]!, (string)row[2]!, (long)row[3]!, Enum.Parse<TrialState>((string)row[4]!, ignoreCase: true), value, samples,
                (string?)row[5], (string?)row[6], [.. attempts[(string)row[1]!]]);
        })];

        async Task<Dictionary<string, (double Value, long? Samples)>> ValuesAsync()
        {
            var read = new Dictionary<string, (double, long?)>(StringComparer.Ordinal);
            if (metric.TrialColumn is { } trialColumn)
            {
                await AddAsync($"SELECT t.trial, t.{trialColumn}, NULL FROM trials t WHERE t.sweep = @sweep AND t.point IN ({points}) AND t.state = 'succeeded'");
            }

            if (metric.EpochColumn is { } epochColumn)
            {
                await AddAsync($"SELECT t.trial, CAST(e.{epochColumn} AS double precision), NULL FROM trials t JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial AND e.epoch = t.epochs_done WHERE t.sweep = @sweep AND t.point IN ({points}) AND t.state = 'succeeded'");
            }

            // An evaluation comes before what an epoch reported, and the one with most samples before the others.
            await AddAsync($"SELECT v.trial, v.value, v.samples FROM evaluations v WHERE v.sweep = @sweep AND v.metric = @metric AND v.point IN ({points}) ORDER BY v.samples");
            return read;

            async Task AddAsync(string sql)
            {
                foreach (var row in (await RowsAsync(sql)).Where(row => row[1] is not null))
                {
                    read[(string)row[0]!] = (Convert.ToDouble(row[1], CultureInfo.InvariantCulture), (long?)row[2]);
                }
            }
        }

        async Task<IReadOnlyList<object?[]>> RowsAsync(string sql)
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep, ["metric"] = metric.Name };
            return (await store.QueryAsync(sql, parameters, _timeout, cancellationToken)).Rows;
        }
    }
}
