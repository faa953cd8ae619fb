namespace VaeSweep.Cli;

/// <summary>What a command's exit code says.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The command was right, the work was not (some trials failed, something needed is missing, a store is damaged,
    /// newer than this program, or full).</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, an invalid sweep file, a store that cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>Another process holds the store, or its head or server cannot be reached.</summary>
    public const int Held = 3;

    /// <summary>Ended by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
