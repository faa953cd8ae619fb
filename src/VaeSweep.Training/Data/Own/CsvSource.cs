using System.Globalization;
using CsvHelper;

namespace VaeSweep.Training.Data;

/// <summary>Images in a table of text: one row an image, one column a pixel, perhaps one with labels.</summary>
internal sealed class CsvSource : ImageSource
{
    private static readonly string[] _labelNames = ["label", "labels", "class", "target", "y"];

    private readonly List<long> _lines = [];
    private readonly int _skipped;
    private readonly int _labelColumn = -1;
    private readonly int _columns;
    private readonly float[] _image;

    /// <param name="labelColumn">Its name or its number from 0; null: one that is called label, class, target or y.</param>
    /// <exception cref="DatasetException">A row has more or fewer columns than the first; the message has its line.</exception>
    public CsvSource(string file, (int Height, int Width)? shape, string? labelColumn, CancellationToken cancellationToken)
    {
        Place = file;
        var labels = new List<string>();
        using var parser = Open();
        while (Read(parser))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = parser.Current.ToArray();
            if (_columns == 0)
            {
                _columns = row.Length;
                if (!row.All(IsNumber) && row.Count(IsNumber) <= row.Length / 2)
                    _skipped = 1;

                _labelColumn = LabelColumn(row, labelColumn);
                if (_skipped > 0)
                    continue;
            }

            if (row.Length != _columns)
            {
                throw new DatasetException(
                    $"{file}, line {parser.LineNumber}: {row.Length} columns, where the first row has {_columns}.");
            }

            _lines.Add(parser.LineNumber);
            if (_labelColumn >= 0)
                labels.Add(row[_labelColumn]);
        }

        Count = _lines.Count;
        var pixels = _columns - (_labelColumn >= 0 ? 1 : 0);
        if (Count == 0 || pixels <= 0)
            throw new DatasetException($"{file} has no row of pixels.");

        var side = (int)Math.Round(Math.Sqrt(pixels));
        (Height, Width) = shape ?? (side * side == pixels ? (side, side) : throw new DatasetException(
            $"{file} has {pixels} pixels a row, which are no square: say --shape HEIGHTxWIDTH, and --label-column where "
                + "one of the "
                + "columns holds labels."));
        if ((long)Height * Width != pixels)
        {
            throw new DatasetException($"{file} has {pixels} pixels a row; --shape {Height}x{Width} would be "
                + $"{(long)Height * Width}.");
        }

        _image = new float[pixels];
        if (_labelColumn >= 0)
            (Labels, LabelNames) = LabelFile.Numbered(labels, row => At(row));
    }

    public override string At(int image) => $"{Place}, line {_lines[image]}";

    public override IEnumerable<float[]> Images()
    {
        using var parser = Open();
        for (var i = 0; i < _skipped; i++)
            Read(parser);

        for (var row = 0; row < Count && Read(parser) && parser.FieldCount == _columns; row++)
        {
            for (var (column, pixel) = (0, 0); column < _columns; column++)
            {
                if (column == _labelColumn)
                    continue;

                if (!parser.TryParse(column, out _image[pixel++]))
                {
                    throw new DatasetException(
                        $"{At(row)}: column {column} (counted from 0) is '{parser.GetString(column)}', no number.");
                }
            }

            yield return _image;
        }
    }

    private static bool IsNumber(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private bool Read(CsvReader parser)
    {
        try
        {
            return parser.Read();
        }
        catch (CsvFormatException broken)
        {
            throw new DatasetException($"{Place}, line {parser.LineNumber}: {broken.Message.Split('\n')[0]}", broken);
        }
    }

    private int LabelColumn(string[] first, string? named)
    {
        if (named is null)
            return _skipped == 0 ? -1 : Array.FindIndex(first, name => _labelNames.Contains(name.Trim().ToLowerInvariant()));

        if (_skipped > 0 && Array.IndexOf(first, named) is var at and >= 0)
            return at;

        return int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < first.Length
            ? number
            : throw new DatasetException($"{Place} has no column '{named}': --label-column takes a name of its first row, or a "
                + $"number from 0 to {first.Length - 1}.");
    }

    private CsvReader Open() =>
        CsvReader.FromFile(Place, new CsvReaderOptions { HasHeader = false, TrackLineNumbers = true });
}
