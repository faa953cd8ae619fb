namespace VaeSweep.Store;

/// <content>Changes and the indexes over the documents: the only place that writes to them, for events, loading and taking back
/// alike.</content>
public sealed partial class Ledger
{
    /// <returns>The change that takes it back; null when the Ledger itself holds nothing of it.</returns>
    private Change? Apply(Change change)
    {
        switch (change)
        {
            case TrialPut put:
                return Apply(put.Document);
            case AttemptPut put:
                return Apply(put.Document);
            case CheckpointPut put:
                return Apply(put.Document);
            case CheckpointDeleted deleted:
                return Forget(deleted.Key);
            case ReportsAppended or EventPut or EvaluationPut:
                return null;
            case TrialDeleted deleted:
                return Remove(TrialOf(deleted.Key)!);
            case TrialRestored restored:
                Restore(restored.Trial);
                return null;
            case SweepRestored restored:
                Restore(restored.Sweep);
                return null;
            case AttemptForgotten forgotten:
                TrialOf(forgotten.Attempt.Trial)!.Remove(forgotten.Attempt);
                Unlist(forgotten.Attempt);
                return null;
            case SweepPut put:
                return Apply(put.Document);
            case SweepDeleted deleted:
                return Remove(_sweepsByKey[deleted.Key]);
            default:
                return ApplyRare(change);
        }
    }

    private Change? ApplyRare(Change change)
    {
        switch (change)
        {
            case MetaPut put:
                var meta = _meta;
                _meta = put.Document;
                _next = new Counters(
                    Math.Max(_next.Sweep, put.Document.NextSweep), Math.Max(_next.Trial, put.Document.NextTrial),
                    Math.Max(_next.Checkpoint, put.Document.NextCheckpoint), _next.Point, Later(_next.Fence, put.Document.Fence));
                return new MetaRestored(meta);
            case MetaRestored restored:
                _meta = restored.Document;
                return null;
            case SettingPut put:
                var value = _settings.GetValueOrDefault(put.Name);
                if (put.Value is null)
                    _settings.Remove(put.Name);
                else
                    _settings[put.Name] = put.Value;
                return new SettingPut(put.Name, value);
            case PackPut put:
                _packs.Add(put.Document.Text, put.Document.Key);
                _packTexts.Add(put.Document.Text);
                return new PackForgotten(put.Document);
            case PackForgotten forgotten:
                _packs.Remove(forgotten.Document.Text);
                _packTexts.RemoveAt(_packTexts.Count - 1);
                return null;
            case PointPut put:
                _points.Add(put.Document.Hash, put.Document.Key);
                _next = _next with { Point = Math.Max(_next.Point, put.Document.Key + 1) };
                return new PointForgotten(put.Document.Hash);
            case PointForgotten forgotten:
                _points.Remove(forgotten.Hash);
                return null;
            case WorkerPut put:
                _workers.Add((put.Document.Worker, put.Document.Device, put.Document.Provenance), put.Document.Key);
                _workerDocuments.Add(put.Document);
                return new WorkerForgotten(put.Document);
            case WorkerForgotten forgotten:
                _workers.Remove((forgotten.Document.Worker, forgotten.Document.Device, forgotten.Document.Provenance));
                _workerDocuments.RemoveAt(_workerDocuments.Count - 1);
                return null;
            case NodePut put:
                var node = _nodes.GetValueOrDefault(put.Document.Info.Node);
                _nodes[put.Document.Info.Node] = put.Document;
                return node is null ? new NodeForgotten(put.Document.Info.Node) : new NodePut(node);
            case NodeForgotten forgotten:
                _nodes.Remove(forgotten.Node);
                return null;
            default:
                throw new InvalidOperationException($"A Ledger does not know what {change.GetType().Name} is.");
        }
    }

    private Change? Apply(TrialDocument now)
    {
        if (TrialOf(now.Key) is { } known)
        {
            var old = known.Doc;
            Borrow(old, -1);
            Borrow(now, 1);
            if (known.Sweep.OnlyCounts(old, now))
            {
                known.Doc = now;
                known.Sweep.Recount(old, now);
            }
            else
            {
                known.Sweep.Leave(known);
                known.Doc = now;
                known.Sweep.Enter(known);
            }

            return new TrialPut(old);
        }

        Restore(new LedgerTrial(now, _sweepsByKey[now.Sweep]));
        return new TrialDeleted(now.Key);
    }

    private TrialRestored Remove(LedgerTrial trial)
    {
        Borrow(trial.Doc, -1);
        trial.Sweep.Leave(trial);
        trial.Sweep.Trials.Remove(trial);
        _trials[(int)trial.Doc.Key] = null;
        if (trial.Last is { Outcome: null } running)
            Unlist(running);
        return new TrialRestored(trial);
    }

    private void Restore(LedgerTrial trial)
    {
        var key = (int)trial.Doc.Key;
        while (_trials.Count <= key)
            _trials.Add(null);
        _trials[key] = trial;
        Borrow(trial.Doc, 1);
        trial.Sweep.Trials.Add(trial);
        trial.Sweep.Enter(trial);
        if (trial.Last is { Outcome: null } running)
            List(running);
        _next = _next with { Trial = Math.Max(_next.Trial, key + 1) };
    }

    private Change? Apply(AttemptDocument now)
    {
        var old = TrialOf(now.Trial)!.Put(now);
        if (old is { Outcome: null })
            Unlist(old);
        if (now.Outcome is null)
            List(now);
        _next = _next with { Fence = Later(_next.Fence, now.Fence) };
        return old is null ? new AttemptForgotten(now) : new AttemptPut(old);
    }

    private Change? Apply(CheckpointDocument now)
    {
        var old = _checkpoints.GetValueOrDefault(now.Key);
        if (old is not null)
            Forget(old.Key);
        _checkpoints.Add(now.Key, now);
        if (now.Obsolete)
            _obsolete.Add(now.Key);
        Borrow(now, 1);
        if (TrialOf(now.Trial) is { } trial)
            trial.Add(now);
        _next = _next with { Checkpoint = Math.Max(_next.Checkpoint, now.Key + 1) };
        return old is null ? new CheckpointDeleted(now.Key) : new CheckpointPut(old);
    }

    private CheckpointPut Forget(long key)
    {
        _checkpoints.Remove(key, out var old);
        _obsolete.Remove(key);
        Borrow(old!, -1);
        if (TrialOf(old!.Trial) is { Checkpoints: { } known } trial && known.Remove(old) && known.Count == 0)
            trial.Checkpoints = null;
        return new CheckpointPut(old);
    }

    private Change? Apply(SweepDocument now)
    {
        if (_sweepsByKey.TryGetValue(now.Key, out var known))
        {
            var old = known.Doc;
            known.Doc = now;
            if (old.Name != now.Name)
            {
                _sweepsByName.Remove(old.Name);
                _sweepsByName.Add(now.Name, known);
            }

            if (old.Priority != now.Priority)
                Order();
            return new SweepPut(old);
        }

        Restore(new LedgerSweep(now));
        return new SweepDeleted(now.Key);
    }

    private void Restore(LedgerSweep sweep)
    {
        _sweepsByKey.Add(sweep.Doc.Key, sweep);
        _sweepsByName.Add(sweep.Doc.Name, sweep);
        _order.Add(sweep);
        Order();
        _next = _next with { Sweep = Math.Max(_next.Sweep, sweep.Doc.Key + 1) };
    }

    private SweepRestored Remove(LedgerSweep sweep)
    {
        _sweepsByKey.Remove(sweep.Doc.Key);
        _sweepsByName.Remove(sweep.Doc.Name);
        _order.Remove(sweep);
        return new SweepRestored(sweep);
    }

    private void Order() => _order.Sort((x, y) => x.Doc.Priority != y.Doc.Priority && _rules.Priorities
        ? y.Doc.Priority.CompareTo(x.Doc.Priority)
        : x.Doc.Key.CompareTo(y.Doc.Key));

    private void List(AttemptDocument running)
    {
        if (!_tokens.TryGetValue(running.Token!, out var trials))
            _tokens.Add(running.Token!, trials = new List<long>(1));
        if (!trials.Contains(running.Trial))
            trials.Add(running.Trial);
        var node = WorkerOf(running).Node ?? "";
        if (!_runningOn.TryGetValue(node, out var there))
            _runningOn.Add(node, there = []);
        there.Add(running.Trial);
    }

    private void Unlist(AttemptDocument attempt)
    {
        if (attempt.Token is not { } token || !_tokens.TryGetValue(token, out var trials) || !trials.Remove(attempt.Trial))
            return;
        if (trials.Count == 0)
            _tokens.Remove(token);
        var node = WorkerOf(attempt).Node ?? "";
        if (_runningOn.TryGetValue(node, out var there) && there.Remove(attempt.Trial) && there.Count == 0)
            _runningOn.Remove(node);
    }

    // A term is a Unix time, which uses the sign's bit from 2038 on.
    private static long Later(long one, long other) => (ulong)one > (ulong)other ? one : other;

    // What takes changes back that make something new; never handed out.
    private sealed record TrialRestored(LedgerTrial Trial) : Change;

    private sealed record SweepRestored(LedgerSweep Sweep) : Change;

    private sealed record AttemptForgotten(AttemptDocument Attempt) : Change;

    private sealed record MetaRestored(MetaDocument? Document) : Change;

    private sealed record PackForgotten(PackDocument Document) : Change;

    private sealed record PointForgotten(UInt128 Hash) : Change;

    private sealed record WorkerForgotten(WorkerDocument Document) : Change;

    private sealed record NodeForgotten(string Node) : Change;
}
