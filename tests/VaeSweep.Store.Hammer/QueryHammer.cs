using System.Diagnostics;

namespace VaeSweep.Store.Hammer;

/// <summary>Asks queries of an empty store, counts their rows, and says how much memory the process has had at most.</summary>
internal static class QueryHammer
{
    /// <param name="queries">Each after the seconds that it may take.</param>
    public static async Task<int> RunAsync(string[] queries)
    {
        await using var store = new LedgerStore(new MemoryLedgerLog(), TimeProvider.System);
        foreach (var pair in queries.Chunk(2))
        {
            var rows = new Count();
            var timeout = TimeSpan.FromSeconds(int.Parse(pair[0]));
            try
            {
                await store.QueryAsync(pair[1], null, timeout, rows, CancellationToken.None);
                Console.WriteLine($"{rows.Rows} rows");
            }
            catch (StoreQueryException refused)
            {
                Console.WriteLine(refused.Message);
            }
        }

        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64);
        return 0;
    }

    private sealed class Count : IRowSink
    {
        public long Rows { get; private set; }

        public void Begin(IReadOnlyList<string> columns) => Rows = 0;

        public bool Add(object?[] row) => ++Rows > 0;
    }
}
