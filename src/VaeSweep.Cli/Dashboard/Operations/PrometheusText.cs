using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Listens to this program's meters and writes them in Prometheus' text format.</summary>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Of the gauges that it shows.</summary>
    public const string State = "VaeSweep.Scraped";

    private static readonly string[] _meters = ["VaeSweep.Head", "VaeSweep.Store", State];

    private static readonly double[] _bounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] _counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that was measured, gauges as they are now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            // What a gauge does not tell any more is not there any more.
            foreach (var family in _families.Values.Where(one => one.IsGauge))
                family.Series.Clear();
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var (name, family) in _families)
                family.Write(text, name);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var isHistogram = instrument is Histogram<double> or Histogram<int> or Histogram<long>;
        var isGauge = instrument.IsObservable;
        var name = NameOf(instrument, isHistogram || isGauge);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                _families.Add(name, family = new Family(
                    instrument.Description ?? "", isHistogram ? instrument.Unit == "s" ? _bounds : _counts : null, isGauge));
            }

            family.Take(Labels(tags), value);
        }
    }

    // vaesweep.store.commit.duration in s is vaesweep_store_commit_duration_seconds; a counter ends in _total.
    private static string NameOf(Instrument instrument, bool isPlain)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit == "s" ? "_seconds" : "";
        return isPlain ? name + unit : $"{name}{unit}_total";
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var parts = new List<string>(tags.Length);
        foreach (var (key, value) in tags)
            parts.Add($"{key}=\"{Escaped(value?.ToString() ?? "")}\"");
        return string.Join(',', parts);
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Family(string help, double[]? bounds, bool isGauge)
    {
        public bool IsGauge => isGauge;

        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public void Take(string labels, double value)
        {
            if (!Series.TryGetValue(labels, out var series))
                Series.Add(labels, series = new Series(bounds?.Length ?? 0));
            if (bounds is null)
            {
                series.Sum = isGauge ? value : series.Sum + value;
                return;
            }

            series.Sum += value;
            series.Count++;
            for (var i = bounds.Length - 1; i >= 0 && value <= bounds[i]; i--)
                series.Below[i]++;
        }

        public void Write(StringBuilder text, string name)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help.Replace("\n", " ", StringComparison.Ordinal)}\n");
            var type = bounds is not null ? "histogram" : isGauge ? "gauge" : "counter";
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
            foreach (var (labels, series) in Series)
            {
                var inBraces = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (bounds is null)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{inBraces} {series.Sum:R}\n");
                    continue;
                }

                var comma = labels.Length == 0 ? "" : ",";
                for (var i = 0; i < bounds.Length; i++)
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"{name}_bucket{{{labels}{comma}le=\"{bounds[i]:R}\"}} {series.Below[i]}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {series.Count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{inBraces} {series.Sum:R}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_count{inBraces} {series.Count}\n");
            }
        }
    }

    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Below { get; } = new long[buckets];
    }
}
