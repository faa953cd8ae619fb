namespace VaeSweep.Sweeps;

/// <summary>Tells a sweep file's reader of data sets of somebody's own, so that the reader opens no files.</summary>
public interface IOwnData
{
    /// <summary>The names that there are, for messages.</summary>
    IReadOnlyList<string> Names { get; }

    /// <returns>Null when there is none of that name.</returns>
    DatasetFacts? Find(string name);

    /// <summary>The images of `dataset: { path: ..., import: { ... } }`.</summary>
    /// <param name="path">As written.</param>
    /// <param name="import">What `import` says, option by option, as written.</param>
    /// <param name="isOfFile">Written in the file, so that the path is relative to it; else on the command line.</param>
    /// <exception cref="FormatException">They cannot be used; the message says why.</exception>
    DatasetFacts Read(string path, IReadOnlyDictionary<string, string> import, bool isOfFile);
}
