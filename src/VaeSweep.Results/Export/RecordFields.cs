using System.Text.Json;
using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>One field of a record as files and JSON name it.</summary>
/// <param name="Name">As the column of the documented view.</param>
/// <param name="Of">Null, a number, a string, or <see cref="RawJson"/>.</param>
public sealed record RecordField<T>(string Name, Func<T, object?> Of);

/// <summary>The fields of what <see cref="IResults"/> yields: those of the documented views, in their order.</summary>
public static class RecordFields
{
    public static IReadOnlyList<RecordField<TrialRecord>> Trials { get; } =
    [
        new("sweep", t => t.Sweep), new("trial", t => t.Id), new("fingerprint", t => t.Fingerprint), new("seed", t => t.Seed),
        new("state", t => Word(t.State)),
        new("attempts", t => (long)t.Attempts), new("worker", t => t.Worker), new("started_at", t => Instants.Text(t.StartedAt)),
        new("finished_at", t => Instants.Text(t.FinishedAt)), new("seconds", t => t.Seconds), new("reason", t => t.Reason),
        new("config", t => new RawJson(t.Config)),
        new("failure_class", t => Word(t.FailureClass)), new("epochs_done", t => (long)t.EpochsDone),
        new("epochs", t => (long)t.Epochs), new("trial_index", t => t.Index),
        new("wanted", t => Truth(t.Wanted)), new("model_path", t => t.ModelPath), new("point", t => t.Point),
        new("round", t => (long)t.Round), new("parent", t => t.Parent),
    ];

    /// <summary>Besides the view's columns, for exports: what <see cref="Completeness"/> says of a succeeded trial; null of
    /// others.</summary>
    public static RecordField<TrialRecord> EndedEarly { get; } =
        new("ended_early", t => t.State == TrialState.Succeeded ? Completeness.EndedEarly(t.Config, t.EpochsDone) : null);

    /// <summary>One row an epoch: a curve of all <see cref="MetricList.Curves"/>, and the place in it.</summary>
    public static IReadOnlyList<RecordField<(TrialCurve Curve, int At)>> Epochs { get; } =
    [
        new("sweep", e => e.Curve.Sweep), new("trial", e => e.Curve.Trial), new("epoch", e => (long)e.Curve.Epochs[e.At]),
        .. MetricList.Curves.Select((metric, i) =>
            new RecordField<(TrialCurve Curve, int At)>(metric.Name, e => Number(e.Curve.Values[i][e.At], metric.Curve!.Whole))),
        new("attempt", e => (long)e.Curve.Attempts![e.At]),
    ];

    /// <summary>What <see cref="Epochs"/> are made of.</summary>
    public static CurveRequest WholeCurves { get; } = new([.. MetricList.Curves.Select(m => m.Name)]) { Attempts = true };

    /// <summary>One row a latent unit.</summary>
    public static IReadOnlyList<RecordField<(EpochUnits Epoch, int Layer, int Unit)>> Units { get; } =
    [
        new("sweep", u => u.Epoch.Sweep), new("trial", u => u.Epoch.Trial), new("epoch", u => (long)u.Epoch.Epoch),
        new("layer", u => u.Layer + 1L), new("unit", u => u.Unit + 1L),
        new("activity", u => Number(u.Epoch.Layers[u.Layer].Activity[u.Unit])),
        new("kl", u => Number(u.Epoch.Layers[u.Layer].Kl[u.Unit])),
    ];

    public static IReadOnlyList<RecordField<EventRecord>> Events { get; } =
    [
        new("sweep", e => e.Sweep), new("trial", e => e.Trial), new("epoch", e => (long)e.Epoch), new("event", e => e.Event),
        new("detail", e => e.Detail),
    ];

    public static IReadOnlyList<RecordField<EvaluationRecord>> Evaluations { get; } =
    [
        new("sweep", v => v.Sweep), new("trial", v => v.Trial), new("metric", v => v.Metric), new("value", v => Number(v.Value)),
        new("samples", v => (long)v.Samples),
        new("images", v => (long)v.Images), new("seed", v => v.Seed), new("point", v => v.Point),
        new("wanted", v => Truth(v.Wanted)), new("file", v => v.File),
    ];

    public static IReadOnlyList<RecordField<AttemptRecord>> Attempts { get; } =
    [
        new("sweep", a => a.Sweep), new("trial", a => a.Trial), new("attempt", a => (long)a.Attempt),
        new("worker", a => a.Worker), new("device", a => a.Device),
        new("started_at", a => Instants.Text(a.StartedAt)), new("ended_at", a => Instants.Text(a.EndedAt)),
        new("from_epoch", a => (long)a.FromEpoch),
        new("to_epoch", a => (long?)a.ToEpoch), new("outcome", a => a.Outcome), new("reason", a => a.Reason),
        new("failure_class", a => Word(a.FailureClass)),
        new("provenance", a => a.Provenance is { } json ? new RawJson(json) : null),
    ];

    /// <summary>Some fields, in the order in which they are named.</summary>
    public static IReadOnlyList<RecordField<T>> Pick<T>(
        this IReadOnlyList<RecordField<T>> fields, params IEnumerable<string> names) =>
        [.. names.Select(name => fields.Single(f => f.Name == name))];

    /// <summary>All fields but some.</summary>
    public static IReadOnlyList<RecordField<T>> Without<T>(this IReadOnlyList<RecordField<T>> fields, params string[] names) =>
        [.. fields.Where(f => !names.Contains(f.Name))];

    /// <summary>An array of objects, one a record.</summary>
    public static void WriteTo<T>(
        this IReadOnlyList<RecordField<T>> fields, Utf8JsonWriter json, string name, IEnumerable<T> records)
    {
        json.WriteStartArray(name);
        foreach (var record in records)
        {
            json.WriteStartObject();
            fields.WriteTo(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Properties of an object that has begun.</summary>
    public static void WriteTo<T>(this IReadOnlyList<RecordField<T>> fields, Utf8JsonWriter json, T record)
    {
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            JsonRenderer.WriteValue(json, field.Of(record));
        }
    }

    /// <summary>A curve's rows of <see cref="Epochs"/>.</summary>
    public static IEnumerable<(TrialCurve Curve, int At)> Rows(this TrialCurve curve) =>
        curve.Epochs.Select((_, i) => (curve, i));

    /// <summary>An epoch's rows of <see cref="Units"/>.</summary>
    public static IEnumerable<(EpochUnits Epoch, int Layer, int Unit)> Rows(this EpochUnits epoch) =>
        epoch.Layers.SelectMany((layer, i) => Enumerable.Range(0, layer.Activity.Count).Select(unit => (epoch, i, unit)));

    private static object? Number(double value, bool whole = false) =>
        double.IsNaN(value) ? null : whole ? (object)(long)value : value;

    private static object Truth(bool value) => value ? 1L : 0L;

    private static string? Word(Enum? value) => value?.ToString().ToLowerInvariant();
}
