namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>What `vaesweep launch --dry-run` prints, as the files that it would write.</summary>
internal static class Printed
{
    /// <summary>Of which nothing but the path is ever printed.</summary>
    public const string Key = "/some where/head.key";

    public static async Task<IReadOnlyDictionary<string, string>> FilesAsync(
        CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var none = new Dictionary<string, string?>(StringComparer.Ordinal);
        IReadOnlyList<string> command = ["launch", .. arguments, "--join", "head.lab:4053", "--key", Key, "--dry-run"];
        var said = await Said.RunAsync("/", none, Lab.Vaesweep, command, cancellationToken);
        return said.Succeeded("launch --dry-run").Out.Split("# ---- ", StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('\n', 2))
            .Where(part => part[0] != "then").ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
    }
}
