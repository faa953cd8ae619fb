using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>A data set of the catalog: its card, its files and how they are read.</summary>
public sealed record DatasetSource : IKind
{
    /// <summary>What is known without the files.</summary>
    public required DatasetFacts Facts { get; init; }

    /// <summary><c>dataset.name</c> of the sweep file.</summary>
    public string Name => Facts.Name;

    /// <summary>The folder that its files are in, where that has another set's name.</summary>
    public string Folder { get => field ?? Name; init; }

    public required string Title { get; init; }

    /// <summary>What a user must know before comparing numbers: order, splits, inversions, stand-ins.</summary>
    public required string Note { get; init; }

    public required string Citation { get; init; }

    public required string Licence { get; init; }

    public Uri? Home { get; init; }

    public required IReadOnlyList<DataForm> Forms { get; init; }

    /// <summary>Folders where a system package installs the files; used in place.</summary>
    public IReadOnlyList<string> SystemFolders { get; init; } = [];

    /// <summary>Packages that carry the files, tried when no mirror answers.</summary>
    public IReadOnlyList<PackageSource> Packages { get; init; } = [];

    /// <summary>True for sets that are made by the program and need no files.</summary>
    public bool IsBuiltIn => Forms.Any(form => form.Files.Count == 0);
}
