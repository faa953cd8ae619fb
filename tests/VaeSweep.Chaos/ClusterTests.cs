namespace VaeSweep.Chaos;

/// <summary>Several nodes on a real PostgreSQL, as `vaesweep bench chaos` disturbs them.</summary>
public sealed class ClusterTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task A_disturbed_cluster_ends_as_one_that_never_was(int seed)
    {
        var promised = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        var installed = Directory.Exists("/usr/lib/postgresql");
        Assert.SkipWhen(!installed && !promised, "PostgreSQL is not installed (apt-get install postgresql).");
        var folder = Directory.CreateTempSubdirectory("vaesweep-chaos-test-").FullName;

        using var run = CommandRun.Start(folder, "bench", "chaos", "--minutes", "0.4", "--seed", $"{seed}");
        var code = await run.ExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"seed {seed}: exit code {code}. It found:\n{run.Output}\nand said:\n{run.Errors}");
        Assert.Contains($"seed {seed}: ", run.Output, StringComparison.Ordinal);
        // Only root can give a node a disk of its own to fill.
        var idle = run.Output.Split('\n').Where(line => line.TrimEnd().EndsWith(" 0", StringComparison.Ordinal)).Select(line => line.TrimEnd(' ', '0')).ToList();
        Assert.Equal(Environment.IsPrivilegedProcess ? [] : ["full disk"], idle);
        run.AssertNoneLeft();
        Directory.Delete(folder, recursive: true);
    }
}
