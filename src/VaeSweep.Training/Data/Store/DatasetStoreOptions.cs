namespace VaeSweep.Training.Data;

/// <summary>Where data sets are kept and how patiently they are fetched.</summary>
public sealed record DatasetStoreOptions
{
    /// <summary>The environment variable that names <see cref="SharedFolder"/>.</summary>
    public const string SharedFolderVariable = "VAESWEEP_DATA";

    /// <summary>A folder with data files, directly in it or in one folder for each set; only read. Null: none.</summary>
    public string? SharedFolder { get; init; }

    /// <summary>Where fetched files go, in one folder for each set.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Where package clients are looked for, as PATH has it.</summary>
    public string SearchPath { get; init; } = string.Empty;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A download that gives nothing for so long is given up.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A package client that takes longer is ended.</summary>
    public TimeSpan PackageTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>VAESWEEP_DATA, and XDG_CACHE_HOME/vaesweep/data or ~/.cache/vaesweep/data; where neither can be written, a folder
    /// of this user's among the system's temporary files. Never a folder below the working one.</summary>
    public static DatasetStoreOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>As <see cref="FromEnvironment"/>, of other variables.</summary>
    /// <param name="environment">Gives a variable's value; null where it is not set.</param>
    public static DatasetStoreOptions From(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var cacheHome = environment("XDG_CACHE_HOME");
        // A relative path is to be ignored, says the XDG specification.
        if (string.IsNullOrEmpty(cacheHome) || !Path.IsPathRooted(cacheHome))
        {
            cacheHome = environment("HOME") is { Length: > 0 } home && Path.IsPathRooted(home)
                && CanBeMade(Path.Combine(home, ".cache"))
                ? Path.Combine(home, ".cache")
                : Path.Combine(Path.GetTempPath(), $"vaesweep-{Environment.UserName}");
        }

        var shared = environment(SharedFolderVariable);
        return new DatasetStoreOptions
        {
            SharedFolder = string.IsNullOrWhiteSpace(shared) ? null : shared,
            CacheFolder = Path.Combine(cacheHome, "vaesweep", "data"),
            SearchPath = environment("PATH") ?? string.Empty,
        };
    }

    private static bool CanBeMade(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".vaesweep-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
