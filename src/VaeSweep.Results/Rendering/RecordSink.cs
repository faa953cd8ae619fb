using VaeSweep.Store;

namespace VaeSweep.Results;

/// <summary>Writes the rows of a query as they come, in the formats made for programs: nothing of them is kept.</summary>
public abstract class RecordSink : IRowSink, IDisposable
{
    /// <returns>Null for a format that must see all rows first.</returns>
    public static RecordSink? Of(OutputFormat format, TextWriter output) => format switch
    {
        OutputFormat.Csv => new CsvSink(output),
        OutputFormat.Json => new JsonSink(output, lines: false),
        OutputFormat.Jsonl => new JsonSink(output, lines: true),
        _ => null,
    };

    public abstract void Begin(IReadOnlyList<string> columns);

    public bool Add(object?[] row)
    {
        Write(row);
        return true;
    }

    /// <summary>All rows have come.</summary>
    public abstract void End();

    /// <summary>Writes out what waits; without <see cref="End"/>, of an answer that was broken off.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected abstract void Write(object?[] row);

    protected abstract void Close();
}
