using CsvHelper;

namespace VaeSweep.Results;

internal sealed class CsvSink(TextWriter output) : RecordSink
{
    private readonly CsvWriter _csv = CsvRenderer.Writer(output);

    public override void Begin(IReadOnlyList<string> columns) => _csv.WriteRecord([.. columns]);

    public override void End() => _csv.Flush();

    protected override void Write(object?[] row) =>
        _csv.WriteRecord([.. row.Select(value => CsvRenderer.Text(Cell.ValueOf(value)))]);

    protected override void Close() => _csv.Dispose();
}
