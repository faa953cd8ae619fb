using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>Successes, the most frequent end, of many workers together.</content>
internal sealed partial class PostgresStore
{
    private const int MostSuccesses = 256;
    private const int SuccessWays = 2;

    // $1 clock, $2 trials, $3 attempts, $4 models, $5 reasons, $6 epochs; of evaluations $7 places, $8 metrics, $9 samples, $10 images, $11 values, $12 files
    private const string SucceedSql = $"""
        WITH clock AS MATERIALIZED (SELECT {NowSql} AS now),
        asked AS MATERIALIZED (
            SELECT * FROM unnest($2::bigint[], $3::integer[], $4::text[], $5::text[], $6::integer[]) WITH ORDINALITY AS a(trial_key, attempt, model, reason, epochs, place)
            ORDER BY a.trial_key),
        -- In the order of keys, as everybody locks several trials. LATERAL: one by one, by their key; the planner would read all that run.
        held AS MATERIALIZED (
            SELECT a.place, a.attempt, a.model, a.reason, coalesce(a.epochs, t.epochs) AS wanted, t.*
            FROM asked a CROSS JOIN LATERAL (
                SELECT t.trial_key, t.trial_id, t.epochs, t.epochs_done, t.attempt_epoch, t.last_checkpoint, t.best_checkpoint, t.sweep_key, t.point_key, t.seed FROM t_trials t
                WHERE t.trial_key = a.trial_key AND t.attempt = a.attempt AND t.state = 'running' FOR UPDATE) t),
        good AS MATERIALIZED (SELECT * FROM held WHERE epochs_done = wanted),
        ended AS (
            UPDATE t_attempts x SET ended_at = (SELECT now FROM clock), to_epoch = g.attempt_epoch, outcome = 'succeeded', failure_class = NULL, reason = g.reason
            FROM good g WHERE x.trial_key = g.trial_key AND x.attempt = g.attempt),
        closed AS (
            UPDATE t_trials t SET state = 'succeeded', lease_until = NULL, finished_at = (SELECT now FROM clock), failure_class = NULL, reason = g.reason, model_path = g.model,
                epochs = t.epochs_done
            FROM good g WHERE t.trial_key = g.trial_key),
        aged AS (
            UPDATE t_checkpoints k SET obsolete = true
            FROM good g WHERE k.checkpoint_key = g.last_checkpoint AND g.last_checkpoint IS DISTINCT FROM g.best_checkpoint AND k.path IS DISTINCT FROM g.model),
        scored AS (
            INSERT INTO t_evaluations(trial_key, metric, samples, images, value, file, sweep_key, point_key, seed)
            SELECT g.trial_key, e.metric, e.samples, e.images, e.value, e.file, g.sweep_key, g.point_key, g.seed
            FROM unnest($7::bigint[], $8::text[], $9::integer[], $10::integer[], $11::double precision[], $12::text[]) AS e(place, metric, samples, images, value, file) JOIN good g USING (place)
            ON CONFLICT (trial_key, metric, samples) DO UPDATE SET images = excluded.images, value = excluded.value, file = excluded.file)
        SELECT g.place IS NOT NULL OR EXISTS (SELECT FROM t_attempts x WHERE x.trial_key = a.trial_key AND x.attempt = a.attempt AND x.outcome = 'succeeded'),
               CASE WHEN h.place IS NOT NULL AND g.place IS NULL THEN h.trial_id END, h.epochs_done, h.wanted
        FROM asked a LEFT JOIN held h USING (place) LEFT JOIN good g USING (place) ORDER BY a.place
        """;

    private readonly Together<(AttemptKey Attempt, AttemptEnd End), SuccessAnswer> _successes;

    private async Task<bool> SucceedAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken)
    {
        var answer = await _successes.AskAsync((attempt, end), cancellationToken);
        return answer.Short is { } trial
            ? throw new InvalidOperationException(
                $"Trial {trial} attempt {attempt.Attempt} was to succeed with {answer.Stored} of {answer.Wanted} epochs stored. Append its reports first.")
            : answer.Ended;
    }

    private async Task<IReadOnlyList<SuccessAnswer>> SucceedTogetherAsync(IReadOnlyList<(AttemptKey Attempt, AttemptEnd End)> asked)
    {
        // One attempt asked for twice at the same time is one.
        var once = asked.DistinctBy(one => one.Attempt).ToList();
        var scores = once.SelectMany((one, i) => one.End.Evaluations.Select(evaluation => (Place: i + 1L, evaluation))).ToList();
        var answers = await AtOnceAsync(
            [(SucceedSql,
            [
                Now(), once.Select(one => one.Attempt.TrialKey).ToArray(), once.Select(one => one.Attempt.Attempt).ToArray(), once.Select(one => one.End.ModelPath).ToArray(),
                once.Select(one => one.End.Reason).ToArray(), once.Select(one => one.End.Epochs).ToArray(), scores.Select(one => one.Place).ToArray(),
                scores.Select(one => one.evaluation.Metric).ToArray(), scores.Select(one => one.evaluation.Samples).ToArray(), scores.Select(one => one.evaluation.Images).ToArray(),
                scores.Select(one => Measured(one.evaluation.Value)).ToArray(), scores.Select(one => one.evaluation.File).ToArray(),
            ])],
            row => new SuccessAnswer(row.GetBoolean(0), TextOrNull(row, 1), row.IsDBNull(2) ? 0 : row.GetInt32(2), row.IsDBNull(3) ? 0 : row.GetInt32(3)),
            CancellationToken.None);
        var byAttempt = once.Zip(answers).ToDictionary(pair => pair.First.Attempt, pair => pair.Second);
        return [.. asked.Select(one => byAttempt[one.Attempt])];
    }

    /// <param name="Short">The trial's id, when epochs are missing.</param>
    private readonly record struct SuccessAnswer(bool Ended, string? Short, int Stored, int Wanted);
}
