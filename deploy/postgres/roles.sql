-- Least privilege for a store that several people and machines share. Run it as the store's owner once the store is there (any command of vaesweep makes
-- it), and again after an update of vaesweep; nothing is lost by running it twice:
--
--     psql -d DATABASE -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql
--
-- Then give each machine and each person a login of their own:
--
--     CREATE ROLE gpu03 LOGIN PASSWORD '...' IN ROLE vaesweep_worker;
--     CREATE ROLE ada   LOGIN PASSWORD '...' IN ROLE vaesweep_submitter;
--     CREATE ROLE bob   LOGIN PASSWORD '...' IN ROLE vaesweep_reader;
--
-- A worker may claim what is queued, and write reports, checkpoints and outcomes of what its own login has claimed and still holds. It cannot touch
-- another login's running attempt, nor a finished trial, whatever SQL it sends. A submitter owns the queue: sweeps, pauses, stops, retries. A reader reads.
-- The owner is bound by none of this.

BEGIN;

DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['vaesweep_reader', 'vaesweep_worker', 'vaesweep_submitter'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON SCHEMA vaesweep, vaesweep_views FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA vaesweep, vaesweep_views FROM vaesweep_reader, vaesweep_worker, vaesweep_submitter;
GRANT USAGE ON SCHEMA vaesweep, vaesweep_views TO vaesweep_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA vaesweep, vaesweep_views TO vaesweep_reader;
GRANT vaesweep_reader TO vaesweep_worker, vaesweep_submitter;

SET LOCAL search_path = vaesweep;

GRANT INSERT, UPDATE ON t_workers, t_nodes, t_leaders, t_attempts, t_checkpoints, t_evaluations, t_files, t_file_pieces TO vaesweep_worker;
GRANT DELETE ON t_checkpoints, t_files TO vaesweep_worker;
GRANT INSERT, UPDATE, DELETE ON t_queue TO vaesweep_worker, vaesweep_submitter;
GRANT INSERT ON t_epochs, t_events TO vaesweep_worker;
GRANT UPDATE ON t_trials TO vaesweep_worker;
GRANT UPDATE (state, reason, stack) ON t_sweeps TO vaesweep_worker;
GRANT INSERT, UPDATE ON t_settings TO vaesweep_worker;

GRANT INSERT, UPDATE ON t_sweeps, t_trials TO vaesweep_submitter;
GRANT INSERT, UPDATE, DELETE ON t_settings TO vaesweep_submitter;
GRANT INSERT ON t_configs, t_packs, t_points, t_point_changes TO vaesweep_submitter;
GRANT UPDATE ON t_packs, t_points TO vaesweep_submitter;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA vaesweep TO vaesweep_submitter;
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO vaesweep_submitter', current_database()); END $$;

-- ---- whose rows ----

DO $$
DECLARE guarded text; policy record;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['t_trials', 't_queue', 't_attempts', 't_epochs', 't_events', 't_checkpoints', 't_evaluations', 't_files', 't_file_pieces', 't_settings'] LOOP
        FOR policy IN SELECT policyname FROM pg_policies WHERE schemaname = 'vaesweep' AND tablename = guarded LOOP
            EXECUTE format('DROP POLICY %I ON %I', policy.policyname, guarded);
        END LOOP;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (true)', guarded);
    END LOOP;
END $$;

-- Held: by this login, at this attempt, now. Runs with the rights of whoever asks; all may read what it reads.
CREATE OR REPLACE FUNCTION holds(trial bigint, at_attempt integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM vaesweep.t_trials t
                   WHERE t.trial_key = trial AND t.state = 'running' AND t.claimed_by = session_user AND (at_attempt IS NULL OR t.attempt = at_attempt))
$$;

-- Over: nobody's any more, because its lease has run out.
CREATE OR REPLACE FUNCTION is_over(trial bigint, at_attempt integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM vaesweep.t_trials t
                   WHERE t.trial_key = trial AND t.state = 'running' AND t.attempt = at_attempt AND t.lease_until < extract(epoch FROM clock_timestamp()) * 1000)
$$;

-- Stands in the queue, and where the queue says.
CREATE OR REPLACE FUNCTION is_queued(trial bigint, of_sweep bigint, at_index bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM vaesweep.t_trials t WHERE t.trial_key = trial AND t.sweep_key = of_sweep AND t.trial_index = at_index AND t.state = 'queued')
$$;

CREATE POLICY owns ON t_trials FOR ALL TO vaesweep_submitter USING (true) WITH CHECK (true);
CREATE POLICY works ON t_trials FOR UPDATE TO vaesweep_worker
    USING (state = 'queued' OR state = 'running' AND (claimed_by = session_user OR lease_until < extract(epoch FROM clock_timestamp()) * 1000))
    WITH CHECK (claimed_by = session_user OR state IN ('queued', 'paused', 'stopped', 'failed'));

-- A worker takes from the queue what it claims in the same statement, and puts back what it gave up just before.
CREATE POLICY owns ON t_queue FOR ALL TO vaesweep_submitter USING (true) WITH CHECK (true);
CREATE POLICY takes ON t_queue FOR DELETE TO vaesweep_worker USING (is_queued(trial_key, sweep_key, trial_index));
CREATE POLICY puts_back ON t_queue FOR INSERT TO vaesweep_worker WITH CHECK (is_queued(trial_key, sweep_key, trial_index));
CREATE POLICY puts_right ON t_queue FOR UPDATE TO vaesweep_worker USING (true) WITH CHECK (is_queued(trial_key, sweep_key, trial_index));

CREATE POLICY claims ON t_attempts FOR INSERT TO vaesweep_worker
    WITH CHECK (EXISTS (SELECT FROM t_trials t WHERE t.trial_key = t_attempts.trial_key AND t.state = 'queued' AND t.attempt + 1 = t_attempts.attempt));
CREATE POLICY ends ON t_attempts FOR UPDATE TO vaesweep_worker USING (holds(trial_key, attempt) OR is_over(trial_key, attempt));

CREATE POLICY reports ON t_epochs FOR INSERT TO vaesweep_worker WITH CHECK (holds(trial_key, attempt));

CREATE POLICY notes ON t_events FOR INSERT TO vaesweep_worker WITH CHECK (holds(trial_key, NULL));

CREATE POLICY records ON t_checkpoints FOR INSERT TO vaesweep_worker WITH CHECK (holds(trial_key, attempt));
CREATE POLICY replaces ON t_checkpoints FOR UPDATE TO vaesweep_worker USING (holds(trial_key, NULL));
CREATE POLICY forgets ON t_checkpoints FOR DELETE TO vaesweep_worker USING (obsolete);

-- A budget for checkpoints: those of finished trials may be given up by whoever leads, but no model.
CREATE POLICY gives_up ON t_checkpoints FOR UPDATE TO vaesweep_worker
    USING (EXISTS (SELECT FROM t_trials t WHERE t.trial_key = t_checkpoints.trial_key AND t.state IN ('succeeded', 'failed', 'stopped') AND t_checkpoints.path IS DISTINCT FROM t.model_path))
    WITH CHECK (obsolete);

CREATE POLICY counts ON t_settings FOR ALL TO vaesweep_worker USING (name = 'checkpoint_bytes');
CREATE POLICY sets ON t_settings FOR ALL TO vaesweep_submitter USING (name <> 'identity');

CREATE POLICY scores ON t_evaluations FOR INSERT TO vaesweep_worker WITH CHECK (holds(trial_key, NULL));
CREATE POLICY corrects ON t_evaluations FOR UPDATE TO vaesweep_worker USING (holds(trial_key, NULL));

CREATE POLICY keeps ON t_files FOR INSERT TO vaesweep_worker WITH CHECK (holds(trial_key, attempt));
CREATE POLICY completes ON t_files FOR UPDATE TO vaesweep_worker USING (holds(trial_key, attempt));
CREATE POLICY clears ON t_files FOR DELETE TO vaesweep_worker USING (EXISTS (
    SELECT FROM t_trials t
    WHERE t.trial_key = t_files.trial_key AND t_files.path IS DISTINCT FROM t.model_path
      AND NOT EXISTS (SELECT FROM t_evaluations v WHERE v.trial_key = t_files.trial_key AND v.file = t_files.path)
      AND (t.state = 'succeeded' OR NOT EXISTS (SELECT FROM t_checkpoints k WHERE k.checkpoint_key = t.last_checkpoint AND k.path = t_files.path))));
CREATE POLICY fills ON t_file_pieces FOR ALL TO vaesweep_worker
    USING (EXISTS (SELECT FROM t_files f WHERE f.file_key = t_file_pieces.file_key AND f.bytes IS NULL AND holds(f.trial_key, f.attempt)));

GRANT EXECUTE ON FUNCTION holds(bigint, integer), is_over(bigint, integer), is_queued(bigint, bigint, bigint) TO vaesweep_reader;

COMMIT;
