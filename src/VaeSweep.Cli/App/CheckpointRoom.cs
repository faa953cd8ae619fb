using System.CommandLine;
using System.Globalization;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>How much room checkpoints may take, and how much they do.</summary>
internal static class CheckpointRoom
{
    private const string None = "none";
    private static readonly (string Unit, double Bytes)[] _units =
        [("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("kib", 1024), ("mib", 1 << 20), ("gib", 1 << 30),
            ("tib", 1L << 40), ("b", 1)];

    public static Option<string?> Option() => new("--checkpoint-budget")
    {
        Description = "room that checkpoints of this store may take, kept by deleting those of finished trials, the oldest "
            + "first; 20GB, or none. Stays until it is changed", HelpName = "size|none",
    };

    /// <summary>Writes down what was given, if anything was.</summary>
    /// <exception cref="CliException">It is no size.</exception>
    public static async Task SetAsync(IStore store, string? given, CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            var bytes = string.Equals(given, None, StringComparison.OrdinalIgnoreCase)
                ? null : Parse(given).ToString(CultureInfo.InvariantCulture);
            await store.SetSettingAsync(StoreSettings.CheckpointBudget, bytes, cancellationToken);
        }
    }

    /// <returns>"3.2 GB of 20 GB"; null where there is no budget.</returns>
    public static async Task<string?> DescribeAsync(IStore store, CancellationToken cancellationToken)
    {
        if (!double.TryParse(await store.GetSettingAsync(StoreSettings.CheckpointBudget, cancellationToken),
            CultureInfo.InvariantCulture, out var budget))
        {
            return null;
        }

        var used = double.TryParse(await store.GetSettingAsync(StoreSettings.CheckpointBytes, cancellationToken),
            CultureInfo.InvariantCulture, out var bytes);
        return $"{(used ? Wording.Size(bytes) : "not yet counted")} "
            + $"of {Wording.Size(budget)}{(used && bytes > budget ? ": all that are left are needed" : "")}";
    }

    internal static long Parse(string text)
    {
        var unit = _units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        return double.TryParse(text[..^unit.Item1.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number) && number * unit.Item2 < long.MaxValue
            ? (long)(number * unit.Item2)
            : throw new CliException($"--checkpoint-budget {text}: a size such as 500MB, 20GB or 1.5TiB, or {None}.");
    }
}
