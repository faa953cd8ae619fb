using System.Diagnostics;

namespace VaeSweep.Store.Tests.Query;

public sealed class QuerySafetyTests : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    // They need what is not there (full-text and spatial tables), change what is not the query's, or look outside.
    private static readonly string[] _notForQueries =
    [
        "bm25", "changes", "fts3_tokenizer", "fts5", "highlight", "last_insert_rowid", "load_extension", "match", "matchinfo",
        "offsets", "optimize", "rtreecheck", "rtreedepth", "rtreenode",
        "snippet", "sqlite_compileoption_get", "sqlite_compileoption_used",
        "sqlite_log", "sqlite_source_id", "total_changes",
    ];

    private readonly LedgerStore _store = Open(new StoreOptions());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("ATTACH 'other.db' AS other")]
    [InlineData("DETACH main")]
    [InlineData("PRAGMA journal_mode = WAL")]
    [InlineData("PRAGMA hard_heap_limit = 0")]
    [InlineData("PRAGMA query_only = OFF")]
    [InlineData("PRAGMA temp_store_directory = '/'")]
    [InlineData("PRAGMA table_info(t_trials)")]
    [InlineData("SELECT * FROM pragma_table_info('t_trials')")]
    [InlineData("SELECT 1 FROM pragma_database_list")]
    [InlineData("SELECT * FROM sqlite_master")]
    [InlineData("SELECT count(*) FROM sqlite_schema")]
    [InlineData("SELECT * FROM t_trials")]
    [InlineData("VACUUM INTO 'copy.db'")]
    [InlineData("VACUUM")]
    [InlineData("REINDEX")]
    [InlineData("ANALYZE")]
    [InlineData("BEGIN IMMEDIATE")]
    [InlineData("SAVEPOINT a")]
    [InlineData("CREATE VIRTUAL TABLE x USING fts5(a)")]
    [InlineData("CREATE TEMP TRIGGER x AFTER INSERT ON t_trials BEGIN SELECT 1; END")]
    [InlineData("INSERT INTO t_trials(trial_key) VALUES (1) RETURNING trial_key")]
    [InlineData("WITH x AS (SELECT 1) DELETE FROM t_trials")]
    [InlineData("SELECT load_extension('libevil.so')")]
    [InlineData("SELECT fts3_tokenizer('simple')")]
    [InlineData("SELECT writefile('a', 'b')")]
    [InlineData("SELECT readfile('/etc/hostname')")]
    [InlineData("SELECT trial FROM trials WHERE sqlite_log(1, trial)")]
    public async Task A_query_can_do_nothing_but_read_the_views(string sql)
    {
        var refused = await Assert.ThrowsAsync<StoreQueryException>(() => _store.QueryAsync(sql, null, _patience, Token));

        Assert.NotEmpty(refused.Message);
        Assert.Equal([[0L]], (await _store.QueryAsync("SELECT count(*) FROM trials", null, _patience, Token)).Rows);
    }

    [Fact]
    public async Task A_refused_function_is_named_and_pointed_at()
    {
        const string sql = "SELECT trial, load_extension('x') FROM trials";

        var refused = await Assert.ThrowsAsync<StoreQueryException>(() => _store.QueryAsync(sql, null, _patience, Token));

        Assert.Contains("load_extension", refused.Message, StringComparison.Ordinal);
        Assert.Equal(sql.IndexOf("load", StringComparison.Ordinal), refused.Position);
    }

    [Fact]
    public void Each_function_of_the_library_is_either_allowed_or_known_not_to_be()
    {
        using var db = new MirrorDatabase();
        var names = (string)db.Scalar("SELECT group_concat(DISTINCT name) FROM pragma_function_list")!;

        var unknown = names.Split(',').Where(name => !QueryFunctions.Allowed.Contains(name) && !_notForQueries.Contains(name)
            && !name.StartsWith("geopoly_", StringComparison.Ordinal) && !name.StartsWith("fts5_", StringComparison.Ordinal));

        Assert.Empty(unknown);
        Assert.DoesNotContain(_notForQueries, QueryFunctions.Allowed.Contains);
    }

    [Fact]
    public async Task Temporary_files_are_limited()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells how large files without a name are");
        await using var store = Open(new StoreOptions { Query = new QueryLimits { TemporaryBytes = 1 << 20 } });
        const string sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT DISTINCT i, hex(i) FROM n";

        var rows = new Rows(_ => true);
        var ended = await Assert.ThrowsAsync<StoreQueryException>(() => store.QueryAsync(sql, null, _patience, rows, Token));

        Assert.Contains("more than 1 MiB into temporary files", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sql_of_more_than_a_megabyte_is_refused_with_its_length()
    {
        var sql = $"SELECT '{new string('x', 1 << 20)}'";

        var refused = await Assert.ThrowsAsync<StoreQueryException>(() => _store.QueryAsync(sql, null, _patience, Token));

        Assert.Contains("1,048,585 characters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_wants_no_more_ends_the_query()
    {
        var rows = new Rows(all => all.Count < 3);
        const string endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

        Assert.True(await _store.QueryAsync(endless, null, _patience, rows, Token));

        Assert.Equal([1L, 2L, 3L], rows.All.Select(row => (long)row[0]!));
    }

    [Fact]
    public async Task A_slow_reader_does_not_use_up_the_querys_time()
    {
        var timeout = TimeSpan.FromSeconds(1);
        var since = Stopwatch.GetTimestamp();
        var rows = new Rows(_ => SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(since) > 2 * timeout, _patience));

        Assert.False(await _store.QueryAsync("VALUES (1), (2)", null, timeout, rows, Token));

        Assert.Equal(2, rows.All.Count);
    }

    [Fact]
    public async Task A_reader_that_fails_leaves_the_store_usable()
    {
        var failing = new Rows(_ => throw new IOException("the pipe is closed"));

        await Assert.ThrowsAsync<IOException>(() => _store.QueryAsync("VALUES (1), (2)", null, _patience, failing, Token));

        Assert.Equal([[1L]], (await _store.QueryAsync("SELECT 1", null, _patience, Token)).Rows);
    }

    [Fact]
    public async Task Texts_come_whole_with_zeros_and_control_characters()
    {
        var sql = "SELECT 'a' || char(0) || 'b' || char(27) || '[31m' || char(10), x'00ff', @text";
        var values = new Dictionary<string, object?> { ["text"] = "c\0d" };

        var row = Assert.Single((await _store.QueryAsync(sql, values, _patience, Token)).Rows);

        Assert.Equal(["a\0b\u001b[31m\n", new byte[] { 0, 255 }, "c\0d"], row);
    }

    [Fact]
    public async Task A_list_of_rows_ends_where_its_room_ends()
    {
        const string sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(1000000)) FROM n";

        var result = await _store.QueryAsync(sql, null, _patience, Token);

        Assert.True(result.Truncated);
        Assert.InRange(result.Rows.Count, 10, 40);
    }

    private static LedgerStore Open(StoreOptions options) => new(new MemoryLedgerLog(), TimeProvider.System, options);

    private sealed class Rows(Func<List<object?[]>, bool> more) : IRowSink
    {
        public List<object?[]> All { get; } = [];

        public void Begin(IReadOnlyList<string> columns) => Assert.NotEmpty(columns);

        public bool Add(object?[] row)
        {
            All.Add(row);
            return more(All);
        }
    }
}
