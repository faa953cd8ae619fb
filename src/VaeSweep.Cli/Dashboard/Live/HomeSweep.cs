using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Dashboard;

/// <summary>A sweep as the page lists it, and what is learned of it by looking again.</summary>
internal sealed class HomeSweep(SweepStatus status, TimeProvider time)
{
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(30);

    private static readonly TrialState[] _states = Enum.GetValues<TrialState>();

    private readonly RateEstimator _left = new(time);
    private readonly Queue<(long At, long Epochs)> _epochs = new();
    private string _results = "";
    private long? _secondsLeft;
    private double? _rate;

    public SweepStatus Status { get; private set; } = status;

    /// <summary>Running trials whose process is not in contact.</summary>
    public long Lost { get; set; }

    /// <summary>Another number when a trial has begun, ended or come since.</summary>
    public long ResultsAt { get; private set; }

    /// <summary>As it was written last.</summary>
    public byte[] Json { get; set; } = [];

    /// <summary>The same without the number of the change.</summary>
    public byte[] Told { get; set; } = [];

    /// <summary>Null before it was looked for.</summary>
    public BestRow? Best { get; set; }

    /// <summary>What its file says; null where this program cannot read it.</summary>
    public SweepDefinition? Definition { get; private set; } = Read(status);

    /// <summary>Looks at the clock: what is written tells the same until the next time.</summary>
    public void Reckon() => (_secondsLeft, _rate) = (
        Status.Open > 0 && _left.Remaining(Fraction) is { } left ? (long)Math.Ceiling(left.TotalSeconds) : null, Rate());

    public void See(SweepStatus now)
    {
        if (now.Definition != Status.Definition || now.Name != Status.Name)
            Definition = Read(now);
        Status = now;
        // One that was taken back while another was given out counts the same: who keeps answers by this keeps none for long.
        var results = string.Join(
            ' ',
            [
                now.Name, now.Definition.GetHashCode(StringComparison.Ordinal), now.Total, now.Retired, now.ToCome,
                .. _states.Select(now.Count),
            ]);
        if (results != _results)
            (_results, ResultsAt) = (results, ResultsAt + 1);
        _left.Observe(Fraction);
        _epochs.Enqueue((time.GetTimestamp(), now.EpochsDone));
        while (_epochs.Count > 2 && time.GetElapsedTime(_epochs.Peek().At) > _window)
            _epochs.Dequeue();
    }

    public void Write(Utf8JsonWriter json, long changed)
    {
        json.WriteStartObject();
        WriteContent(json, changed);
        json.WriteEndObject();
    }

    public void WriteContent(Utf8JsonWriter json, long changed)
    {
        json.WriteString("id", Ids.Of(Status.Key));
        json.WriteString("name", Status.Name);
        json.WriteString("state", Wording.Name(Status.State));
        json.WriteString("stands", Wording.Stands(Status, Lost));
        json.WriteString("reason", Status.Reason);
        json.WriteString("createdAt", Status.CreatedAt);
        json.WritePropertyName("tags");
        JsonRenderer.WriteValue(json, Status.Tags);
        json.WriteString("note", Status.Note);
        json.WriteNumber("priority", Status.Priority);
        json.WritePropertyName("maxConcurrent");
        JsonRenderer.WriteValue(json, Status.MaxConcurrent);
        json.WriteString("stack", Status.Stack);
        json.WriteNumber("trials", Status.Total);
        json.WriteNumber("open", Status.Open);
        json.WriteNumber("lost", Lost);
        json.WriteNumber("toCome", Status.ToCome);
        json.WriteNumber("retired", Status.Retired);
        json.WriteStartObject("states");
        foreach (var state in _states)
            json.WriteNumber(Wording.Name(state), Status.Count(state));
        json.WriteEndObject();
        json.WriteNumber("epochsDone", Status.EpochsDone);
        json.WriteNumber("epochsTotal", Status.EpochsTotal);
        json.WriteNumber("fraction", Math.Round(Fraction, 4));
        json.WritePropertyName("secondsLeft");
        JsonRenderer.WriteValue(json, _secondsLeft);
        json.WritePropertyName("rate");
        JsonRenderer.WriteValue(json, _rate);
        json.WriteNumber("changed", changed);
        var metric = Definition is null ? null : Metric(Definition);
        json.WriteString("metric", metric?.Name);
        json.WriteString("unit", metric?.Unit);
        json.WriteString("direction", metric is null ? null : Wording.Name(metric.Direction));
        json.WritePropertyName("best");
        if (Best is { } best)
            best.Write(json);
        else
            json.WriteNullValue();
    }

    private double Fraction => Status.EpochsTotal == 0 ? 1 : Math.Clamp((double)Status.EpochsDone / Status.EpochsTotal, 0, 1);

    private double? Rate()
    {
        if (Status.Count(TrialState.Running) == 0 || _epochs.Count < 2)
            return null;
        var (first, last) = (_epochs.Peek(), _epochs.Last());
        var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
        return seconds < 1 ? null : Math.Round((last.Epochs - first.Epochs) / seconds, 2);
    }

    private static Metric Metric(SweepDefinition definition) => StoredSweep.Request(definition).Metric;

    private static SweepDefinition? Read(SweepStatus status)
    {
        try
        {
            return StoredSweep.Definition(status);
        }
        catch (SweepFileException)
        {
            // Of another version: what is stored of it is shown all the same.
            return null;
        }
    }
}

/// <summary>The best row of a sweep's own table.</summary>
internal sealed record BestRow(string Label, IReadOnlyList<(string Path, string Json)> By, Summary Values, bool Separated)
{
    /// <returns>Null where the table has none.</returns>
    public static BestRow? Of(ComparisonTable table)
    {
        if (table.AllRows.FirstOrDefault(row => row.Rank == 1) is not { } best)
            return null;
        IReadOnlyList<string> paths = [.. table.By, .. table.Across];
        IReadOnlyList<SettingValue?> values = [.. best.By, .. best.Across];
        var names = SweepTrials.Spoken(paths);
        return new BestRow(
            string.Join(", ", values.Select((value, i) => $"{names[i]}={value?.Text ?? "-"}")),
            [.. values.Select((value, i) => (paths[i], value?.Json ?? "null"))], best.Values, best.Separated);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("label", Label);
        json.WriteStartObject("by");
        foreach (var (path, value) in By)
        {
            json.WritePropertyName(path);
            json.WriteRawValue(value);
        }

        json.WriteEndObject();
        json.WritePropertyName("mean");
        JsonRenderer.WriteNumber(json, Values.Mean);
        json.WritePropertyName("sd");
        JsonRenderer.WriteNumber(json, Values.StandardDeviation);
        json.WriteNumber("n", Values.N);
        json.WriteBoolean("separated", Separated);
        json.WriteEndObject();
    }
}
