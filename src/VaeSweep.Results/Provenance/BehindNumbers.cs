using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>The trials, attempts, machines and versions that the numbers of a table come from.</summary>
public sealed class BehindNumbers
{
    private readonly ILookup<long, TrialOrigin> _byPoint;

    private BehindNumbers(IEnumerable<TrialOrigin> trials) => _byPoint = trials.ToLookup(t => t.Point);

    /// <summary>Reads the trials of some points of the sweeps of a table; one that several hold once, as the table counts
    /// it.</summary>
    public static async Task<BehindNumbers> ReadAsync(
        IResults results, ComparisonTable table, CancellationToken cancellationToken)
    {
        List<long> points = [.. table.Rows.SelectMany(row => row.Points).Distinct()];
        var all = new List<TrialOrigin>();
        foreach (var sweep in (IReadOnlyList<string>)[table.Sweep, .. table.Others])
            all.AddRange((await ReadAsync(results, sweep, table.Metric, points, cancellationToken))._byPoint.SelectMany(p => p));

        return new BehindNumbers(all.GroupBy(trial => trial.Trial, StringComparer.Ordinal)
            .Select(held => held.FirstOrDefault(trial => trial.State == TrialState.Succeeded) ?? held.First()));
    }

    /// <summary>Reads the trials of some points of a sweep.</summary>
    public static async Task<BehindNumbers> ReadAsync(
        IResults results, string sweep, Metric metric, IEnumerable<long> points, CancellationToken cancellationToken)
    {
        var which = TrialFilter.WantedOf(sweep) with { Points = [.. points] };
        var trials = new List<TrialRecord>();
        await foreach (var trial in results.TrialsAsync(which, TrialParts.Fingerprint | TrialParts.Outcome, cancellationToken))
            trials.Add(trial);

        var attempts = new List<AttemptRecord>();
        await foreach (var attempt in
            results.AttemptsAsync(TrialFilter.AllOf(sweep) with { Ids = [.. trials.Select(t => t.Id)] }, cancellationToken))
        {
            attempts.Add(attempt);
        }

        var attemptsOf = attempts.ToLookup(a => a.Trial, StringComparer.Ordinal);
        var values = (await results.ScoresAsync(sweep, [metric], which.Points, cancellationToken)).Metrics[0].ByTrial();
        return new BehindNumbers(trials.Select(trial =>
        {
            var (value, samples) = values.GetValueOrDefault((trial.Point, trial.Seed), (double.NaN, ScoreColumn.NoEvaluation));
            return new TrialOrigin(
                trial.Point, trial.Id, trial.Fingerprint, trial.Seed, trial.State, value, samples == ScoreColumn.NoEvaluation
                    ? null : samples, trial.Reason, trial.ModelPath,
                [.. attemptsOf[trial.Id]])
            {
                Confirms = trial.Round > 0,
                TakenFrom = trial.Source is { IsImported: false } from ? from.Name : null,
                ImportedFrom = trial.Source is { IsImported: true } file ? file.Name : null,
                Tags = trial.Tags, Note = trial.Note,
            };
        }));
    }

    /// <summary>The trials of a row, by seed.</summary>
    public IReadOnlyList<TrialOrigin> Of(ComparisonRow row) =>
    [
        .. row.Points.SelectMany(p => _byPoint[p]).Where(t => t.Confirms == row.Confirms).OrderBy(t => t.Seed)
            .ThenBy(t => t.Trial, StringComparer.Ordinal),
    ];

    /// <summary>An array with one object a trial.</summary>
    public void WriteJson(Utf8JsonWriter json, ComparisonRow row)
    {
        json.WriteStartArray();
        foreach (var trial in Of(row))
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
            json.WriteString("taken_from", trial.TakenFrom);
            json.WriteString("imported", trial.ImportedFrom);
            json.WriteStartArray("tags");
            foreach (var tag in trial.Tags)
                json.WriteStringValue(tag);

            json.WriteEndArray();
            json.WriteString("note", trial.Note);
            json.WriteStartArray("attempts");
            foreach (var attempt in trial.Attempts)
                Write(json, attempt);

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, AttemptRecord attempt)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", attempt.Attempt);
        json.WriteString("worker", attempt.Worker);
        json.WriteString("device", attempt.Device);
        json.WriteString("started_at", Instants.Text(attempt.StartedAt));
        json.WriteString("ended_at", Instants.Text(attempt.EndedAt));
        json.WriteNumber("from_epoch", attempt.FromEpoch);
        json.WritePropertyName("to_epoch");
        JsonRenderer.WriteValue(json, attempt.ToEpoch);
        json.WriteString("outcome", attempt.Outcome);
        json.WritePropertyName("provenance");
        json.WriteRawValue(attempt.Provenance ?? "null");
        json.WriteEndObject();
    }
}
