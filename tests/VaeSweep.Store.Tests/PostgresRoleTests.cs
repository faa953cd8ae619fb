using Npgsql;
using VaeSweep.Store.Postgres;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>deploy/postgres/roles.sql: what a worker's, a submitter's and a reader's login may do, and above all what not.</summary>
public sealed class PostgresRoleTests(PostgresServer server) : IAsyncLifetime
{
    private const string NotAllowed = "42501";
    private string _owner = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await server.CreateDatabaseAsync(Token);
        await using var store = StoreFactory.Open(_owner, TimeProvider.System);
        await store.MigrateAsync(Token);
        var roles = await File.ReadAllTextAsync(RolesFile(), Token);
        await ExecuteAsync(_owner, roles);
        // Again, as after an update.
        await ExecuteAsync(_owner, roles);
        foreach (var (login, role) in new[] { ("ada", "submitter"), ("alice", "worker"), ("bob", "worker"), ("carol", "reader") })
        {
            await ExecuteAsync(_owner, $"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{login}') THEN CREATE ROLE {login} LOGIN IN ROLE vaesweep_{role}; END IF; END $$");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Submitter_and_worker_do_their_whole_work_under_their_own_roles()
    {
        await using var ada = await OpenAsync("ada");
        await using var alice = await OpenAsync("alice");
        await using var bob = await OpenAsync("bob");
        await ada.SubmitAsync(Some.Sweep(), Some.Trials(3), Token);
        var node = new NodeInfo("n", "h", ["cpu:0"], "1", null);

        await alice.HeartbeatAsync(node, Some.Lease, Token);
        Assert.NotNull(await alice.TryLeadAsync("d", "n", Some.Lease, Token));
        var claim = Assert.Single(await alice.ClaimAsync(Some.Claim("n/cpu:0", node: "n") with { Stack = "one" }, Token));
        Assert.Equal([Directive.Continue], await alice.RenewAsync([claim.Attempt], Some.Lease, Token));
        Assert.Empty(await alice.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token));
        await alice.PutFileAsync(claim.Attempt, "store:a", new MemoryStream([1, 2, 3]), Token);
        Assert.Empty(await alice.AppendAsync(Some.Checkpoint(claim.Attempt, 2, "store:a", best: true), Token));
        Assert.True(await alice.FinishAsync(claim.Attempt, Some.Success(new Evaluation("test_nll", 90, 10, 100)), Token));
        await alice.DropFilesAsync(Token);
        var failed = Assert.Single(await bob.ClaimAsync(Some.Claim("m/cpu:0") with { Stack = "one" }, Token));
        Assert.True(await bob.FinishAsync(failed.Attempt, Some.Failure(FailureClass.Nan), Token));
        var expired = Assert.Single(await bob.ClaimAsync(Some.Claim("m/cpu:0") with { Lease = TimeSpan.FromMilliseconds(1) }, Token));
        Assert.Equal([expired.Attempt], await LoseAsync(alice));
        await ada.SetSettingAsync(StoreSettings.CheckpointBudget, "1000", Token);
        await bob.SetSettingAsync(StoreSettings.CheckpointBytes, "7", Token);
        await Assert.ThrowsAsync<StoreException>(() => bob.SetSettingAsync(StoreSettings.CheckpointBudget, "9", Token));
        Assert.Equal(1, await bob.ForgetCheckpointsAsync([.. (await bob.ListCheckpointsAsync(Token)).Where(c => c.Expendable).Select(c => c.Key)], Token));
        Assert.Equal(1, await ada.RetryAsync("s", FailureClass.Nan, null, Token));
        await ada.SetSweepStateAsync("s", SweepState.Paused, Token);

        var sweep = await bob.GetSweepAsync("s", Token);
        Assert.Equal((1, 2, SweepState.Paused), (sweep!.Count(TrialState.Succeeded), sweep.Count(TrialState.Queued), sweep.State));
    }

    [Theory]
    [InlineData("UPDATE vaesweep.t_trials SET state = 'queued', lease_until = NULL")]
    [InlineData("UPDATE vaesweep.t_trials SET lease_until = lease_until + 1")]
    [InlineData("UPDATE vaesweep.t_attempts SET reason = 'mine'")]
    [InlineData("UPDATE vaesweep.t_checkpoints SET path = 'elsewhere'")]
    [InlineData("DELETE FROM vaesweep.t_checkpoints")]
    [InlineData("DELETE FROM vaesweep.t_files")]
    [InlineData("DELETE FROM vaesweep.t_epochs", NotAllowed)]
    [InlineData("DELETE FROM vaesweep.t_trials", NotAllowed)]
    [InlineData("UPDATE vaesweep.t_epochs SET train_elbo = 0", NotAllowed)]
    [InlineData("INSERT INTO vaesweep.t_epochs(trial_key, epoch, attempt) SELECT trial_key, 2, attempt FROM vaesweep.t_trials WHERE state = 'running'", NotAllowed)]
    [InlineData("INSERT INTO vaesweep.t_evaluations(trial_key, metric, samples, images) SELECT trial_key, 'test_nll', 1, 1 FROM vaesweep.t_trials WHERE state = 'running'", NotAllowed)]
    [InlineData("INSERT INTO vaesweep.t_checkpoints(trial_key, attempt, epoch, path) SELECT trial_key, attempt, 1, 'x' FROM vaesweep.t_trials WHERE state = 'running'", NotAllowed)]
    [InlineData("INSERT INTO vaesweep.t_queue SELECT trial_key, sweep_key, pack_id, -1, trial_index FROM vaesweep.t_trials WHERE state = 'running'", NotAllowed)]
    [InlineData("UPDATE vaesweep.t_sweeps SET definition = ''", NotAllowed)]
    public async Task A_workers_login_cannot_change_anothers_attempt_whatever_it_sends(string sql, string? error = null)
    {
        await using var ada = await OpenAsync("ada");
        await using var alice = await OpenAsync("alice");
        await ada.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        var claim = Assert.Single(await alice.ClaimAsync(Some.Claim("n/cpu:0"), Token));
        await alice.AppendAsync(Some.Epochs(claim.Attempt, 1), Token);
        await alice.PutFileAsync(claim.Attempt, "store:a", new MemoryStream([1]), Token);
        await alice.AppendAsync(Some.Checkpoint(claim.Attempt, 1, "store:a"), Token);

        var (rows, refused) = await TryAsync("bob", sql);

        Assert.Equal((0, error), (rows, refused));
        Assert.Equal([Directive.Continue], await alice.RenewAsync([claim.Attempt], Some.Lease, Token));
    }

    [Fact]
    public async Task A_workers_write_for_anothers_attempt_is_refused_like_a_stale_one()
    {
        await using var ada = await OpenAsync("ada");
        await using var alice = await OpenAsync("alice");
        await using var bob = await OpenAsync("bob");
        await ada.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        var claim = Assert.Single(await alice.ClaimAsync(Some.Claim("n/cpu:0"), Token));

        var append = await bob.AppendAsync(Some.Epochs(claim.Attempt, 1), Token);
        var renewed = await bob.RenewAsync([claim.Attempt], Some.Lease, Token);
        var finished = await bob.FinishAsync(claim.Attempt, Some.Success(), Token);

        Assert.Equal([claim.Attempt], append);
        Assert.Equal([Directive.Lost], renewed);
        Assert.False(finished);
    }

    [Fact]
    public async Task A_reader_reads_and_no_more_and_a_worker_submits_nothing()
    {
        await using var ada = await OpenAsync("ada");
        await using var carol = await OpenAsync("carol");
        await using var alice = await OpenAsync("alice");
        await ada.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);

        Assert.Equal(2, (await carol.GetSweepAsync("s", Token))!.Total);
        Assert.Equal([[2L]], (await carol.QueryAsync("SELECT count(*) FROM trials", null, Some.Lease, Token)).Rows);
        await Assert.ThrowsAsync<StoreException>(() => carol.ClaimAsync(Some.Claim(), Token));
        await Assert.ThrowsAsync<StoreException>(() => carol.SetSweepStateAsync("s", SweepState.Stopped, Token));
        await Assert.ThrowsAsync<StoreException>(() => alice.SubmitAsync(Some.Sweep("mine"), Some.Trials(1), Token));
    }

    [Fact]
    public async Task A_query_has_a_readers_rights_even_for_the_owner()
    {
        await using var store = StoreFactory.Open(_owner, TimeProvider.System);

        var user = (await store.QueryAsync("SELECT current_user::text", null, Some.Lease, Token)).Rows;
        var file = await Assert.ThrowsAnyAsync<StoreException>(() => store.QueryAsync("SELECT pg_read_file('/etc/passwd')", null, Some.Lease, Token));

        Assert.Equal([["vaesweep_reader"]], user);
        Assert.DoesNotContain("root:", file.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<AttemptKey>> LoseAsync(IStore store)
    {
        IReadOnlyList<AttemptKey> ended = [];
        while (ended.Count == 0)
            ended = await store.RequeueExpiredAsync(Token);
        return ended;
    }

    private async Task<IStore> OpenAsync(string login)
    {
        var store = StoreFactory.Open(As(login), TimeProvider.System);
        await store.MigrateAsync(Token);
        return store;
    }

    private async Task<(int Rows, string? Error)> TryAsync(string login, string sql)
    {
        try
        {
            return (await ExecuteAsync(As(login), sql), null);
        }
        catch (PostgresException refused)
        {
            return (0, refused.SqlState);
        }
    }

    private string As(string login) => _owner.Replace("tester@", $"{login}@", StringComparison.Ordinal);

    private static async Task<int> ExecuteAsync(string url, string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresUrl.Parse(url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(Token);
    }

    private static string RolesFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "VaeSweep.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "deploy", "postgres", "roles.sql");
    }
}
