namespace VaeSweep.Results;

/// <summary>Writes a sweep's results for another program.</summary>
public interface IExporter
{
    /// <summary>As typed: `--to csv`.</summary>
    string Name { get; }

    /// <summary>One line for a person.</summary>
    string Description { get; }

    /// <summary>Where it goes when nobody says: a file or a folder in the working folder.</summary>
    string DefaultTarget(string sweep);

    /// <summary>Writes everything; files that are there already are replaced.</summary>
    /// <returns>What a person should know besides the place: counts, what was left out and why.</returns>
    Task<IReadOnlyList<string>> ExportAsync(ExportJob job, CancellationToken cancellationToken);
}
