using SQLitePCL;
using VaeSweep.Store.Sqlite;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>Files that are no store, old stores, and stores of another machine.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly HostIdentity _here = new("here", "machine-1", "boot-1");

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_older_store_is_brought_up_to_date_with_its_content()
    {
        var path = _folder.File("old.db");
        await using (var old = Open(path, _here))
            old.MigrateTo(1);
        using (var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE))
        {
            db.Execute("INSERT INTO t_sweeps(name, definition, max_attempts, created_at) VALUES ('kept', 'text', 3, 5)");
            Assert.Equal(1L, db.Scalar("PRAGMA user_version"));
        }

        await using var store = Open(path, _here);
        var tooOld = await Assert.ThrowsAsync<StoreException>(() => store.GetSweepAsync("kept", Token));
        await store.MigrateAsync(Token);

        Assert.Contains("has schema 1", tooOld.Message, StringComparison.Ordinal);
        Assert.Equal("text", (await store.GetSweepAsync("kept", Token))!.Definition);
        Assert.Equal(1L, await store.TryLeadAsync("duty", "a", Some.Lease, Token));
        Assert.Equal([["kept"]], (await store.QueryAsync("SELECT sweep FROM sweeps", null, Some.Lease, Token)).Rows);
    }

    [Fact]
    public async Task Trials_of_an_older_store_find_their_points()
    {
        var path = _folder.File("old.db");
        await using (var old = Open(path, _here))
            old.MigrateTo(2);
        using (var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE))
        {
            db.ExecuteScript("INSERT INTO t_sweeps(name, definition, max_attempts, created_at) VALUES ('s', '', 3, 5); INSERT INTO t_packs(pack_key) VALUES ('a')");
            foreach (var trial in new[] { StoreContract.PointTrial(0, 2, 1), StoreContract.PointTrial(1, 2, 12) })
            {
                db.Execute(
                    "INSERT INTO t_trials(sweep_key, trial_id, fingerprint, trial_index, seed, pack_id, epochs) VALUES (1, ?, ?, ?, ?, 1, 2)",
                    trial.Id, Convert.FromHexString(trial.Fingerprint), trial.Index, trial.Seed);
                db.Execute("INSERT INTO t_configs VALUES (?, ?)", db.LastInsertRowId, trial.ConfigJson);
            }
        }

        await using var store = Open(path, _here);
        await store.MigrateAsync(Token);
        await store.SubmitAsync(Some.Sweep(), [StoreContract.PointTrial(0, 2, 1), StoreContract.PointTrial(1, 2, 12), StoreContract.PointTrial(2, 2, 3)], Token);

        Assert.Equal([[3L, 1L, 3L]], (await store.QueryAsync("SELECT count(*), count(DISTINCT point), count(point) FROM trials", null, Some.Lease, Token)).Rows);
    }

    [Fact]
    public async Task A_store_is_not_changed_under_a_node_that_may_not_know_the_new_schema_unless_forced()
    {
        var path = await OldWithANodeAsync(TimeSpan.FromSeconds(20));
        await using var store = Open(path, _here);
        await using var forced = new SqliteStore(path, _time, new StoreOptions { MigrateUnderNodes = true }, _here);
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync(Token));
        await forced.MigrateAsync(Token);
        await store.MigrateAsync(Token);

        Assert.Contains("1 node is at work on it that may not know it: gpu03 (vaesweep 0.1.0)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("vaesweep store migrate --force", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListSweepsAsync(Token));
    }

    [Fact]
    public async Task A_store_is_changed_once_the_nodes_are_gone()
    {
        var path = await OldWithANodeAsync(TimeSpan.Zero);
        await using var store = Open(path, _here);
        _time.Advance(TimeSpan.FromSeconds(1));
        await store.MigrateAsync(Token);

        Assert.Empty(await store.ListSweepsAsync(Token));
    }

    /// <summary>A store of the schema before, and a node at work on it for so long.</summary>
    private async Task<string> OldWithANodeAsync(TimeSpan alive)
    {
        var path = _folder.File("old.db");
        await using (var old = Open(path, _here))
            old.MigrateTo(SqliteSchema.Newest - 1);
        using var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE);
        db.Execute(
            "INSERT INTO t_nodes(node, host, devices, version, started_at, seen_at, alive_until) VALUES ('n', 'gpu03', '[]', '0.1.0', 0, 0, ?)",
            (_time.GetUtcNow() + alive).ToUnixTimeMilliseconds());
        return path;
    }

    [Fact]
    public async Task A_node_learns_from_its_heartbeat_that_a_newer_program_has_changed_the_store()
    {
        var path = _folder.File("new.db");
        await using var store = Open(path, _here);
        await store.MigrateAsync(Token);
        var node = new NodeInfo("n", "h", ["cpu:0"], "1", null);
        await store.HeartbeatAsync(node, Some.Lease, Token);
        using (var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE))
            db.ExecuteScript("PRAGMA user_version = 99");

        var outdated = await Assert.ThrowsAsync<StoreOutdatedException>(() => store.HeartbeatAsync(node, Some.Lease, Token));

        Assert.Contains("has schema 99, written by a newer VaeSweep", outdated.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_can_migrate_at_once()
    {
        var path = _folder.File("new.db");
        var stores = Enumerable.Range(0, 8).Select(_ => Open(path, _here)).ToArray();

        await Task.WhenAll(stores.Select(store => store.MigrateAsync(Token)));

        foreach (var store in stores)
        {
            Assert.Empty(await store.ListSweepsAsync(Token));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_store_in_the_making_is_none_yet_or_a_whole_one_and_never_somebody_elses()
    {
        // Often, because what can go wrong lies between two reads.
        for (var round = 0; round < 100; round++)
        {
            var path = _folder.File($"new{round}.db");
            var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntilThereAsync(path), Token)).ToArray();
            await using var maker = Open(path, _here);

            await maker.MigrateAsync(Token);

            await Task.WhenAll(readers);
        }
    }

    private async Task ReadUntilThereAsync(string path)
    {
        while (true)
        {
            try
            {
                await using var reader = Open(path, _here);
                Assert.Empty(await reader.ListSweepsAsync(Token));
                return;
            }
            catch (StoreException notYet) when (notYet.Message.Contains("no VaeSweep store", StringComparison.Ordinal))
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        var path = _folder.File("new.db");
        await using var store = Open(path, _here);
        await store.MigrateAsync(Token);
        using (var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE))
            db.ExecuteScript("PRAGMA user_version = 99");

        var migrating = await Assert.ThrowsAsync<StoreOutdatedException>(() => store.MigrateAsync(Token));
        var writing = await Assert.ThrowsAsync<StoreOutdatedException>(() => store.ClaimAsync(Some.Claim(), Token));

        Assert.Contains("newer VaeSweep", migrating.Message, StringComparison.Ordinal);
        Assert.Contains("schema 99", writing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_as_it_is()
    {
        var path = _folder.File("other.db");
        using (var db = SqliteConnection.Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE))
            db.ExecuteScript("CREATE TABLE theirs (a INTEGER)");
        var before = await File.ReadAllBytesAsync(path, Token);
        await using var store = Open(path, _here);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync(Token));

        Assert.Contains("not a VaeSweep store", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, Token));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var path = _folder.File("sweep.yaml");
        var text = string.Concat(Enumerable.Repeat("name: not a database\n", 100));
        await File.WriteAllTextAsync(path, text, Token);
        await using var store = Open(path, _here);

        var error = await Assert.ThrowsAnyAsync<StoreException>(() => store.MigrateAsync(Token));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("not an SQLite database", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(path, Token));
    }

    [Fact]
    public async Task A_damaged_store_says_so()
    {
        var path = _folder.File("store.db");
        await using (var store = Open(path, _here))
        {
            await store.MigrateAsync(Token);
            await store.SubmitAsync(Some.Sweep(), Some.Trials(500), Token);
        }

        await using (var file = File.OpenWrite(path))
        {
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096]);
        }

        await using var damaged = Open(path, _here);
        var error = await Assert.ThrowsAnyAsync<StoreException>(() => damaged.ListSweepsAsync(Token));

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_store_is_named_and_not_created()
    {
        var path = _folder.File("missing.db");
        await using var store = Open(path, _here);

        var reading = await Assert.ThrowsAsync<StoreException>(() => store.ListSweepsAsync(Token));
        var writing = await Assert.ThrowsAsync<StoreException>(() => store.ClaimAsync(Some.Claim(), Token));
        var asking = await Assert.ThrowsAsync<StoreException>(() => store.QueryAsync("SELECT 1", null, Some.Lease, Token));
        var plan = await store.PlanAsync(Some.Sweep(), Some.Trials(3), Token);

        Assert.All([reading, writing, asking], error => Assert.Contains($"no VaeSweep store at {path}", error.Message, StringComparison.Ordinal));
        Assert.Equal(3, plan.Added);
        Assert.False(File.Exists(path));
        Assert.False(StoreFactory.Exists(path));
    }

    [Fact]
    public async Task A_store_is_usable_after_it_was_created_late()
    {
        var path = _folder.File("late.db");
        await using var store = Open(path, _here);
        await Assert.ThrowsAsync<StoreException>(() => store.ClaimAsync(Some.Claim(), Token));

        await store.MigrateAsync(Token);

        Assert.Empty(await store.ClaimAsync(Some.Claim(), Token));
    }

    [Fact]
    public async Task A_second_machine_is_refused_while_the_first_one_writes()
    {
        var path = _folder.File("shared.db");
        await using var first = Open(path, _here);
        await first.MigrateAsync(Token);
        await first.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        await using var second = Open(path, new HostIdentity("there", "machine-2", "boot-2"));

        var error = await Assert.ThrowsAsync<StoreException>(() => second.ClaimAsync(Some.Claim(), Token));
        _time.Advance(TimeSpan.FromSeconds(61));
        var claims = await second.ClaimAsync(Some.Claim(), Token);

        Assert.Contains("being written by host 'here'", error.Message, StringComparison.Ordinal);
        Assert.Contains("postgres://", error.Message, StringComparison.Ordinal);
        Assert.Single(claims);
    }

    [Theory]
    [InlineData("machine-1", "boot-2")]
    [InlineData("container-7", "boot-1")]
    public async Task A_restarted_machine_or_a_container_beside_it_is_not_refused(string machine, string boot)
    {
        var path = _folder.File("shared.db");
        await using var first = Open(path, _here);
        await first.MigrateAsync(Token);
        await first.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        await using var second = Open(path, new HostIdentity("here", machine, boot));

        var claims = await second.ClaimAsync(Some.Claim(), Token);

        Assert.Single(claims);
    }

    [Fact]
    public async Task Reads_go_on_during_a_long_submit_and_see_the_state_before()
    {
        await using var store = Open(_folder.File("busy.db"), _here);
        await store.MigrateAsync(Token);
        using var inside = new SemaphoreSlim(0);
        using var proceed = new SemaphoreSlim(0);
        IEnumerable<Trial> Slow()
        {
            foreach (var trial in Some.Trials(600))
                yield return trial;
            inside.Release();
            proceed.Wait(Token);
        }

        var submit = store.SubmitAsync(Some.Sweep(), Slow(), Token);
        await inside.WaitAsync(Token);
        var during = await store.ListSweepsAsync(Token);
        proceed.Release();
        await submit;

        Assert.Empty(during);
        Assert.Equal(600, (await store.GetSweepAsync("s", Token))!.Total);
    }

    [Fact]
    public void A_location_of_an_unknown_kind_is_refused()
    {
        var error = Assert.Throws<StoreException>(() => StoreFactory.Open("mysql://host/db", _time));

        Assert.Contains("mysql://", error.Message, StringComparison.Ordinal);
    }

    private SqliteStore Open(string path, HostIdentity host) => new(path, _time, new StoreOptions(), host);
}
