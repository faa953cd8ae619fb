using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>A data set of somebody's own on this machine.</summary>
/// <param name="Facts">Its name, what is in it, its checksum.</param>
/// <param name="File">Where its images are; null when they are gone.</param>
/// <param name="Source">The path that it was read from; empty when nobody knows.</param>
/// <param name="IsNamed">`vaesweep data add` gave it its name; else a sweep file named its path.</param>
public sealed record OwnSet(DatasetFacts Facts, string? File, string Source, bool IsNamed)
{
    /// <summary>How it was read; see <see cref="ImportOptions.Text"/>.</summary>
    public string Options { get; init; } = "";

    /// <summary>What a person may want to know of how it was read just now.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>It was here already, under that or another name.</summary>
    public bool WasThere { get; init; }

    /// <summary>State of the source's files when it was read: equal ones need not be read again.</summary>
    internal string Stamp { get; init; } = "";

    internal DateTimeOffset Added { get; init; }

    /// <summary>The file that says all this.</summary>
    internal string Record { get; init; } = "";
}
