using System.Globalization;

namespace VaeSweep.Store.Tests.Query;

/// <summary>Whatever is asked, a process that answers stays small. In one of its own, since memory is counted by
/// process.</summary>
public sealed class QueryMemoryTests
{
    private const long MostBytes = 500_000_000;
    private const string TenMillion = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT";

    [Fact]
    public async Task Large_questions_are_answered_row_by_row_or_refused_and_the_process_stays_below_500_MB()
    {
        using var hammer = new HammerProcess(
        [
            "query",
            "600", "SELECT hex(zeroblob(400000000))",
            "600", $"{TenMillion} i FROM n",
            "600", $"{TenMillion} i FROM n ORDER BY -i",
            "600", $"{TenMillion} group_concat(i) FROM n",
            "600", $"{TenMillion} count(DISTINCT i % 3000000) FROM n",
            "3", $"{TenMillion} count(*) FROM n a, n b",
            "600", $"{TenMillion} i, hex(zeroblob(2000000)) FROM n LIMIT 100",
            "600", $"SELECT {string.Join(", ", Enumerable.Range(1, 100).Select(i => $"hex(zeroblob(2000000 + {i})) AS c{i}"))}",
        ]);
        var lines = new List<string>();
        while (await hammer.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            lines.Add(line);

        Assert.Equal((0, ""), await hammer.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(9, lines.Count);
        Assert.Contains("more than 4 MiB", lines[0], StringComparison.Ordinal);
        Assert.Equal("10000000 rows", lines[1]);
        Assert.Equal("10000000 rows", lines[2]);
        Assert.Contains("more than 4 MiB", lines[3], StringComparison.Ordinal);
        Assert.Equal("1 rows", lines[4]);
        Assert.Contains("longer than 3 s", lines[5], StringComparison.Ordinal);
        Assert.Equal("100 rows", lines[6]);
        Assert.Contains("more than 256 MiB of memory", lines[7], StringComparison.Ordinal);
        Assert.InRange(long.Parse(lines[8], CultureInfo.InvariantCulture), 1 << 20, MostBytes);
    }
}
