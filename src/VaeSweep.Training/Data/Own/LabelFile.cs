using System.Globalization;

namespace VaeSweep.Training.Data;

/// <summary>Labels of images, beside them in a file of their own.</summary>
internal static class LabelFile
{
    private const int MostClasses = 10_000;

    /// <summary>Numbers for labels: themselves where all are whole numbers, else the places of their names in order.</summary>
    /// <param name="at">A row for messages.</param>
    /// <exception cref="DatasetException">One is missing, or there are too many.</exception>
    public static (int[] Labels, IReadOnlyList<string>? Names) Numbered(IReadOnlyList<string> texts, Func<int, string> at)
    {
        for (var row = 0; row < texts.Count; row++)
        {
            if (string.IsNullOrWhiteSpace(texts[row]))
                throw new DatasetException($"{at(row)} has no label.");
        }

        var numbers = new int[texts.Count];
        if (Enumerable.Range(0, texts.Count).All(row => Whole(texts[row], out numbers[row])))
            return (Checked(numbers, at), null);

        string[] names = [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var places = names.Index().ToDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
        return (Checked([.. texts.Select(text => places[text])], at), names);
    }

    /// <summary>Reads a file of labels: .npy, IDX, or text with one a line, perhaps behind the name of its image.</summary>
    /// <param name="names">Of the images' files, relative to their folder; null where images have none.</param>
    /// <exception cref="DatasetException">Not one for each image.</exception>
    public static (int[] Labels, IReadOnlyList<string>? Names) Read(
        string file, int images, IReadOnlyList<string>? names, string staging, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new DatasetException($"there is no file of labels {file}.");

        (int[] Labels, IReadOnlyList<string>? Names) read;
        if (file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            read = (ArrayFiles.Npy(file, file).ToWholeNumbers(), null);
        else if (file.Contains("-ubyte", StringComparison.Ordinal) || file.Contains(".idx", StringComparison.OrdinalIgnoreCase))
            read = (ArrayFiles.Idx(file, staging, cancellationToken).ToWholeNumbers(), null);
        else
            read = FromText(file, names);

        return read.Labels.Length == images ? read : throw new DatasetException(
            $"{file} has {read.Labels.Length} labels for {images} images.");
    }

    /// <exception cref="DatasetException">A label that no sweep could name.</exception>
    public static int[] Checked(int[] labels, Func<int, string> at)
    {
        var row = Array.FindIndex(labels, label => label is < 0 or >= MostClasses);
        return row < 0 ? labels : throw new DatasetException(
            $"{at(row)} has the label {labels[row]}; labels are numbers from 0 to {MostClasses - 1}, or names.");
    }

    private static (int[], IReadOnlyList<string>?) FromText(string file, IReadOnlyList<string>? names)
    {
        var rows = File.ReadLines(file).Select((line, number) => (Line: line.Trim(), Number: number + 1))
            .Where(row => row.Line.Length > 0).Select(row => (Parts: row.Line.Split([',', ';', '\t'],
                StringSplitOptions.TrimEntries), row.Number)).ToList();
        if (rows.FindIndex(row => row.Parts.Length > 2) is var wide and >= 0)
            throw new DatasetException($"{file}, line {rows[wide].Number}: a label, or a file's name and its label; found more.");

        if (names is null || rows.TrueForAll(row => row.Parts.Length == 1))
        {
            var last = rows.ConvertAll(row => row.Parts[^1]);
            // The head of a column is no label where all others are numbers.
            if (last.Count > 1 && !Whole(last[0], out _) && last.Skip(1).All(text => Whole(text, out _)))
                (rows, last) = (rows[1..], last[1..]);

            return Numbered(last, row => $"{file}, line {rows[row].Number}");
        }

        var labels = new Dictionary<string, (string Label, int Line)>(StringComparer.Ordinal);
        foreach (var (parts, number) in rows.Where(row => row.Parts.Length == 2))
        {
            if (!labels.TryAdd(parts[0].Replace('\\', '/'), (parts[1], number)))
            {
                throw new DatasetException($"{file}, line {number}: {parts[0]} has a label in "
                    + $"line {labels[parts[0]].Line} already.");
            }
        }

        var found = names.Select(name => labels.TryGetValue(name, out var label)
            || labels.TryGetValue(Path.GetFileName(name), out label)
                ? label : throw new DatasetException($"{file} has no label for {name}.")).ToList();
        return Numbered(found.ConvertAll(one => one.Label), row => $"{file}, line {found[row].Line}");
    }

    private static bool Whole(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
