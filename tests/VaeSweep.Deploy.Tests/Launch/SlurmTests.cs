namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>`vaesweep launch slurm` on a real Slurm, with real MNIST.</summary>
public sealed class SlurmTests
{
    private const string RepeatsSql =
        """
        SELECT a.trial, a.attempt, a.to_epoch, b.from_epoch, a.outcome, a.reason
        FROM attempts a JOIN attempts b ON b.trial = a.trial AND b.attempt = a.attempt + 1
        WHERE b.from_epoch <> a.to_epoch
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task Workers_of_a_job_array_train_leave_before_their_time_go_on_after_it_and_end_with_the_sweep()
    {
        var data = Needs.Mnist();
        Needs.Program("slurmctld", "slurm-wlm");
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        await using var slurm = await SlurmCluster.StartAsync(lab.PathOf("slurm"), Token);
        lab.Environment["SLURM_CONF"] = slurm.Environment["SLURM_CONF"];
        await lab.DoAsync(Token, "submit", lab.Write("endless.yaml", Sweeps.Of("endless", epochs: 1_000_000)));

        // Two arrays: no larger than what is said to be taken.
        await lab.DoAsync(
            Token, "launch", "slurm", "--nodes", "2", "--array-limit", "1", "--until-done", "--data", data, "--time", "24:00:00");
        await TrainedAsync(lab, slurm, attempt: 1);
        var jobs = (await slurm.JobsAsync(Token)).Keys.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, jobs.Count);

        // Slurm's own signal before the time is up: each worker checkpoints, leaves, and its task is queued again.
        foreach (var job in jobs)
            await slurm.DoAsync(Token, "scontrol", "update", $"JobId={job}", "TimeLimit=2");
        foreach (var job in jobs)
            await slurm.BeginAgainAsync(job, Token);

        await TrainedAsync(lab, slurm, attempt: 2);
        Assert.Equal(["released", "released"], await OutcomesAsync(lab, attempt: 1));

        // As when a more important job wants the node.
        await slurm.DoAsync(Token, "scontrol", "requeue", jobs[0]);
        await slurm.BeginAgainAsync(jobs[0], Token);
        await Until.HoldsAsync(
            async () => await lab.CountAsync("SELECT count(*) FROM epochs WHERE attempt = 3", Token) > 0, slurm.Logs, Token);
        Assert.Equal(["released"], await OutcomesAsync(lab, attempt: 2, ended: true));
        Assert.Equal(0, await lab.CountAsync("SELECT count(*) FROM attempts WHERE attempt > 1 AND from_epoch = 0", Token));
        Assert.Empty((await lab.QueryAsync(RepeatsSql, Token)).Select(row => $"{string.Join(' ', row)}\n{Logs(lab)}"));

        // Nothing is open any more: the workers end by themselves, and so do their jobs.
        await lab.DoAsync(Token, "submit", lab.Write("short.yaml", Sweeps.Of("short", epochs: 2)));
        await lab.DoAsync(Token, "stop", "endless");
        await Until.HoldsAsync(async () => (await slurm.JobsAsync(Token)).Count == 0, slurm.Logs, Token);
        await lab.NoneLeftAsync(Token);
        var states = await lab.QueryAsync("SELECT state, count(*) FROM trials WHERE sweep = 'short' GROUP BY state", Token);
        Assert.Equal([["succeeded", 2L]], states);
        Assert.Equal(0, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'running'", Token));
    }

    private static Task TrainedAsync(Lab lab, SlurmCluster slurm, int attempt) => Until.HoldsAsync(
        async () => await lab.CountAsync($"SELECT count(DISTINCT trial) FROM epochs WHERE attempt = {attempt}", Token) == 2,
        () => $"{slurm.Logs()}\n{Logs(lab)}\n{lab.HeadLog}", Token);

    private static async Task<IReadOnlyList<string>> OutcomesAsync(Lab lab, int attempt, bool ended = false) =>
    [
        .. (await lab.QueryAsync(
            $"SELECT outcome FROM attempts WHERE attempt = {attempt}{(ended ? " AND outcome IS NOT NULL" : "")}", Token))
        .Select(row => (string)row[0]!),
    ];

    private static string Logs(Lab lab) =>
        string.Join('\n', Directory.GetFiles(lab.PathOf("vaesweep.launch"), "*.log").Select(File.ReadAllText));
}
