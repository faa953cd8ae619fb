using System.Security.Cryptography;
using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Trials_that_differ_in_the_seed_alone_are_one_point()
    {
        await SubmitAsync(
            [PointTrial(0, latent: 2, seed: 1), PointTrial(1, latent: 2, seed: 12), PointTrial(2, latent: 5, seed: 1)]);

        var trials = (await QueryAsync("SELECT point, seed FROM trials ORDER BY trial_index")).Rows;
        var points = (await QueryAsync("SELECT point, config FROM points ORDER BY point")).Rows;

        Assert.Equal(trials[0][0], trials[1][0]);
        Assert.NotEqual(trials[0][0], trials[2][0]);
        Assert.Equal(
            [[trials[0][0], """{"dataset.seed":1,"model.latent":2,"train.epochs":2}"""],
                [trials[2][0], """{"dataset.seed":1,"model.latent":5,"train.epochs":2}"""]],
            points);
    }

    [Fact]
    public async Task Points_are_told_by_what_they_differ_in_from_the_first_of_their_kind()
    {
        await SubmitAsync(
            [PointTrial(0, latent: 2, seed: 1), PointTrial(1, latent: 5, seed: 1), PointTrial(2, latent: 9, seed: 1)]);

        var told = (await QueryAsync(
            "SELECT (SELECT min(q.point) FROM points q) = p.base, p.changes FROM points p ORDER BY p.point")).Rows;

        Assert.Equal([[1L, "{}"], [1L, """{"model.latent":5}"""], [1L, """{"model.latent":9}"""]], told);
    }

    [Fact]
    public async Task Scores_are_the_values_of_evaluations()
    {
        await SubmitAsync([PointTrial(0, latent: 2, seed: 7), PointTrial(1, latent: 2, seed: 8)]);
        var claim = await ClaimOneAsync("w");
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await FinishAsync(claim, Some.Success(new Evaluation("test_nll", 80, 500, 100)));

        var row = Assert.Single(
            (await QueryAsync("SELECT s.metric, s.value, s.samples, s.seed, s.point = (SELECT min(p.point) FROM points p) FROM "
                + "scores s WHERE s.sweep = 's'")).Rows);

        Assert.Equal(["test_nll", 80.0, 500L, 7L, 1L], row);
    }

    [Fact]
    public async Task A_seed_that_is_added_later_joins_its_point()
    {
        await SubmitAsync([PointTrial(0, latent: 2, seed: 1)]);

        await SubmitAsync([PointTrial(0, latent: 2, seed: 1), PointTrial(1, latent: 2, seed: 2)]);

        Assert.Equal([[1L, 2L]], (await QueryAsync("SELECT count(DISTINCT point), count(*) FROM trials")).Rows);
    }

    [Fact]
    public async Task An_evaluation_knows_its_trials_seed_and_point()
    {
        await SubmitAsync([PointTrial(0, latent: 2, seed: 7)]);
        var claim = await ClaimOneAsync("w");
        await Store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token);
        await FinishAsync(claim, Some.Success(new Evaluation("test_nll", 80, 500, 100)));

        var row = Assert.Single(
            (await QueryAsync("SELECT v.value, v.seed, v.wanted, v.point = t.point FROM evaluations v JOIN trials t ON t.trial "
                + "= v.trial")).Rows);

        Assert.Equal([80.0, 7L, 1L, 1L], row);
    }

    internal static Trial PointTrial(long index, int latent, int seed)
    {
        var config = $$"""{"dataset.seed":1,"model.latent":{{latent}},"seed":{{seed}},"train.epochs":2}""";
        return new Trial(index, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config))), config, seed, "a", 2);
    }
}
