namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>What `vaesweep launch --dry-run` prints, as the files that it would write.</summary>
internal static class Printed
{
    public static async Task<IReadOnlyDictionary<string, string>> FilesAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["VAESWEEP_STORE"] = "postgres://vaesweep@postgres.vaesweep:5432/vaesweep" };
        var said = (await Said.RunAsync("/", environment, Lab.Vaesweep, ["launch", .. arguments, "--dry-run"], cancellationToken)).Succeeded("launch --dry-run");
        return said.Out.Split("# ---- ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', 2)).Where(part => part[0] != "then")
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
    }
}
