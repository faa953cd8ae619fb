using NpgsqlTypes;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>The difference between a sweep's expansion and what is stored.</content>
internal sealed partial class PostgresStore
{
    /// <summary>Streams the expansion into a temporary table and lets the server compare sets.</summary>
    private sealed class PostgresSubmission(Session session)
    {
        private const string NotStored = "NOT EXISTS (SELECT FROM t_trials t WHERE t.sweep_key = $1 AND t.trial_id = n.trial_id AND t.fingerprint = n.fingerprint)";

        /// <summary>A trial's configuration without its seed.</summary>
        private const string Point = """replace(replace(n.config, ',"seed":' || n.seed || ',', ','), ',"seed":' || n.seed || '}', '}')""";
        private const string NotNamed = "t.sweep_key = $1 AND t.wanted AND NOT EXISTS (SELECT FROM named n WHERE n.fingerprint = t.fingerprint)";

        private readonly List<string> _bases = [];

        public async Task<SubmitResult> ApplyAsync(SweepSubmission sweep, IEnumerable<Trial> trials)
        {
            // The upsert holds the sweep's row until the end: two submits of one sweep follow each other.
            var sweepKey = (long)(await session.ScalarAsync(
                $"""
                INSERT INTO t_sweeps(name, definition, max_attempts, created_at, priority, max_running) VALUES ($2, $3, $4, {NowSql}, $5, $6)
                ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, max_attempts = excluded.max_attempts,
                    priority = excluded.priority, max_running = excluded.max_running
                RETURNING sweep_key
                """,
                session.Clock, sweep.Name, sweep.Definition, sweep.MaxAttempts, sweep.Priority, Whole(sweep.MaxConcurrent)))!;
            await StageAsync(trials);
            var result = await CompareAsync(sweepKey);
            if (await KeepAsync(sweepKey) > 0)
                await SynchroniseQueueAsync(session, sweepKey);
            if (await DropAsync(sweepKey) > 0)
                await session.ExecuteAsync("DELETE FROM t_queue q USING t_trials t WHERE q.sweep_key = $1 AND t.trial_key = q.trial_key AND NOT t.wanted", sweepKey);
            await AddAsync(sweepKey);
            await session.TellAsync(StoreNews.Work);
            return result;
        }

        public async Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials)
        {
            var sweepKey = await session.ScalarAsync("SELECT sweep_key FROM t_sweeps WHERE name = $1", sweep.Name) as long? ?? -1;
            await StageAsync(trials);
            return await CompareAsync(sweepKey);
        }

        private async Task StageAsync(IEnumerable<Trial> trials)
        {
            await session.ExecuteAsync(
                """
                CREATE TEMPORARY TABLE handed_in (
                    place bigint, trial_id text COLLATE "C", fingerprint bytea, trial_index bigint, seed bigint, pack_key text, epochs integer, config text,
                    base integer, changes text)
                ON COMMIT DROP
                """);
            var changes = new PointChanges();
            var point = "";
            (int Base, string Text) told = default;
            await using (var copy = await session.Connection.BeginBinaryImportAsync("COPY handed_in FROM STDIN (FORMAT binary)", session.CancellationToken))
            {
                var place = 0L;
                foreach (var (trial, fingerprint) in Ahead.Of(trials.Select(trial => (trial, Fingerprints.Parse(trial))), session.CancellationToken))
                {
                    await copy.StartRowAsync(session.CancellationToken);
                    await copy.WriteAsync(place++, NpgsqlDbType.Bigint, session.CancellationToken);
                    await copy.WriteAsync(trial.Id, NpgsqlDbType.Text, session.CancellationToken);
                    await copy.WriteAsync(fingerprint, NpgsqlDbType.Bytea, session.CancellationToken);
                    await copy.WriteAsync(trial.Index, NpgsqlDbType.Bigint, session.CancellationToken);
                    await copy.WriteAsync(trial.Seed, NpgsqlDbType.Bigint, session.CancellationToken);
                    await copy.WriteAsync(trial.PackKey, NpgsqlDbType.Text, session.CancellationToken);
                    await copy.WriteAsync(trial.Epochs, NpgsqlDbType.Integer, session.CancellationToken);
                    await copy.WriteAsync(trial.ConfigJson, NpgsqlDbType.Text, session.CancellationToken);
                    if (PointChanges.WithoutSeed(trial) is var own && own != point)
                        (point, told) = (own, Tell(changes, own));
                    await copy.WriteAsync(told.Base, NpgsqlDbType.Integer, session.CancellationToken);
                    await copy.WriteAsync(told.Text, NpgsqlDbType.Text, session.CancellationToken);
                }

                await copy.CompleteAsync(session.CancellationToken);
            }

            // Named twice is named once, at its first place.
            await session.ExecuteAsync($"CREATE TEMPORARY TABLE named ON COMMIT DROP AS SELECT DISTINCT ON (fingerprint) n.*, md5({Point}) AS digest FROM handed_in n ORDER BY fingerprint, place");
            // The server does not know yet how many trials a sweep has that came only just now: it would look each of them up by reading all of this.
            await session.ExecuteAsync("CREATE UNIQUE INDEX ON named(fingerprint); ANALYZE named");
        }

        /// <returns>The number of the base, from 1.</returns>
        private (int Base, string Text) Tell(PointChanges changes, string point)
        {
            var (against, told) = changes.Of(point);
            var number = _bases.IndexOf(against) + 1;
            if (number == 0)
            {
                _bases.Add(against);
                number = _bases.Count;
            }

            return (number, told);
        }

        private async Task<SubmitResult> CompareAsync(long sweepKey)
        {
            var (kept, succeeded, again) = (await session.RowsAsync(
                row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
                """
                SELECT count(*), count(*) FILTER (WHERE t.state = 'succeeded'), count(*) FILTER (WHERE NOT t.wanted)
                FROM named n JOIN t_trials t ON t.sweep_key = $1 AND t.trial_id = n.trial_id AND t.fingerprint = n.fingerprint
                """,
                sweepKey))[0];
            var all = (long)(await session.ScalarAsync("SELECT count(*) FROM named"))!;
            var unwanted = (long)(await session.ScalarAsync($"SELECT count(*) FROM t_trials t WHERE {NotNamed}", sweepKey))!;
            var added = await session.RowsAsync(
                row => new Trial(
                    row.GetInt64(0), Convert.ToHexStringLower((byte[])row[1]), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetInt32(5)),
                $"""
                SELECT n.trial_index, n.fingerprint, n.config, n.seed, n.pack_key, n.epochs FROM named n WHERE {NotStored}
                ORDER BY n.place LIMIT {SubmitResult.SampleSize}
                """,
                sweepKey);
            var sample = await session.RowsAsync(
                ReadTrialStatus, $"{SelectTrialStatus} WHERE {NotNamed} ORDER BY t.trial_index LIMIT {SubmitResult.SampleSize}", sweepKey);
            return new SubmitResult(all - kept, kept, unwanted, succeeded, added, sample) { WantedAgain = again };
        }

        /// <summary>Moves kept trials to their new places. Those wanted again are queued, unless they have succeeded or are running.</summary>
        private async Task<int> KeepAsync(long sweepKey)
        {
            await session.ExecuteAsync("INSERT INTO t_packs(pack_key) SELECT DISTINCT pack_key FROM named ON CONFLICT DO NOTHING");
            return await session.ExecuteAsync(
                $"""
                UPDATE t_trials t SET
                    {TrialSql.KeepCheckpoint},
                    trial_index = n.trial_index, pack_id = p.pack_id, wanted = true,
                    stop_requested = t.stop_requested AND t.wanted,
                    state = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN 'queued' ELSE t.state END,
                    failures = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN 0 ELSE t.failures END,
                    losses = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN 0 ELSE t.losses END,
                    finished_at = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN NULL ELSE t.finished_at END,
                    failure_class = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN NULL ELSE t.failure_class END,
                    reason = CASE WHEN NOT t.wanted AND t.state IN ('stopped', 'failed') THEN NULL ELSE t.reason END
                FROM named n JOIN t_packs p USING (pack_key)
                WHERE t.sweep_key = $1 AND t.trial_id = n.trial_id AND t.fingerprint = n.fingerprint
                  AND (NOT t.wanted OR t.trial_index <> n.trial_index OR t.pack_id <> p.pack_id)
                """,
                sweepKey);
        }

        private async Task AddAsync(long sweepKey)
        {
            // The bases are points of this sweep too, so that each is there when another is told against it.
            await session.ExecuteAsync("INSERT INTO t_points(config) SELECT b.config FROM unnest($1::text[]) AS b(config) ON CONFLICT DO NOTHING", (object)_bases.ToArray());
            await session.ExecuteAsync(
                $"INSERT INTO t_points(config) SELECT min({Point}) FROM named n WHERE {NotStored} GROUP BY n.digest ORDER BY min(n.place) ON CONFLICT DO NOTHING",
                sweepKey);
            await session.ExecuteAsync(
                $"""
                INSERT INTO t_point_changes(point_key, base_key, changes)
                SELECT DISTINCT ON (q.point_key) q.point_key, o.point_key, n.changes
                FROM named n JOIN t_points q ON md5(q.config) = n.digest
                     JOIN unnest($2::text[]) WITH ORDINALITY AS b(config, number) ON b.number = n.base JOIN t_points o ON md5(o.config) = md5(b.config)
                WHERE {NotStored}
                ON CONFLICT DO NOTHING
                """,
                sweepKey, _bases.ToArray());
            await session.ExecuteAsync(
                $"""
                WITH added AS (
                    INSERT INTO t_trials(trial_key, sweep_key, trial_id, fingerprint, trial_index, seed, pack_id, epochs, point_key)
                    SELECT nextval('t_trial_keys'), $1, o.trial_id, o.fingerprint, o.trial_index, o.seed, o.pack_id, o.epochs, o.point_key
                    FROM (SELECT n.*, p.pack_id, q.point_key FROM named n JOIN t_packs p USING (pack_key) JOIN t_points q ON md5(q.config) = n.digest
                          WHERE {NotStored} ORDER BY n.place) o
                    RETURNING trial_key, fingerprint, sweep_key, pack_id, trial_index),
                queued AS (INSERT INTO t_queue({QueueColumns}) SELECT trial_key, sweep_key, pack_id, -1, trial_index FROM added)
                INSERT INTO t_configs(trial_key, config) SELECT a.trial_key, n.config::json FROM added a JOIN named n USING (fingerprint)
                """,
                sweepKey);
        }

        /// <summary>Running ones learn it from their next renewal and end as stopped then.</summary>
        private Task<int> DropAsync(long sweepKey) => session.ExecuteAsync(
            $"""
            UPDATE t_trials t SET
                wanted = false,
                state = CASE WHEN t.state IN ('queued', 'paused') THEN 'stopped' ELSE t.state END,
                finished_at = CASE WHEN t.state IN ('queued', 'paused') THEN coalesce($2::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ELSE t.finished_at END,
                reason = CASE WHEN t.state IN ('queued', 'paused') THEN $3 ELSE t.reason END
            WHERE {NotNamed}
            """,
            sweepKey, session.Clock, TrialPolicy.Unwanted);
    }
}
