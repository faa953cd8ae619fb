using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store.Tests.Ledgers;

/// <content>What may happen.</content>
internal sealed partial class LedgerHistory
{
    private const int Numbers = 7;
    private const int Epochs = 4;

    private void Step()
    {
        switch (_random.Next(33))
        {
            case 0 or 1:
                Submit();
                break;
            case <= 8:
                Grant();
                break;
            case <= 16:
                Report();
                break;
            case <= 20:
                Finish();
                break;
            case 21:
                Ask();
                break;
            case 22:
                Pass();
                break;
            case 23:
                Restart();
                break;
            case 24 when _random.Next(3) == 0:
                Restore();
                break;
            case 24:
                _said.Add("back-up");
                _backup = _stored.Count;
                break;
            case 25:
                Schedule();
                break;
            case 26:
                Keep();
                break;
            case 27:
                Order();
                break;
            case >= 30:
                Share();
                break;
            default:
                Wish();
                break;
        }
    }

    private static EpochReport Report(int epoch) => epoch % 2 == 0 ? Some.Report(epoch) : Some.Report(epoch) with
    {
        Events = [new TrialEvent("posterior_collapse", $"in epoch {epoch}"), new TrialEvent("stopped_early", "")],
    };

    private string SweepName() => $"sweep {_random.Next(3)}";

    private long TrialKey() =>
        _random.Next(
            1, Math.Max(2, _ledger.Documents().OfType<TrialPut>().Select(put => (int)put.Document.Key).DefaultIfEmpty(1)
                .Max() + 2));

    private void Submit()
    {
        var sweep = new SweepSubmission(SweepName(), "d", 2)
        {
            Priority = _random.Next(3), MaxConcurrent = _random.Next(2) == 0 ? _random.Next(1, 3) : null,
            Budget = _random.Next(4) == 0 ? _random.Next(1, Epochs) : null,
            InTheEnd = _random.Next(10) == 0 ? _random.Next(Numbers) : null,
        };
        int[] numbers = [.. Enumerable.Range(0, Numbers).Where(_ => _random.Next(4) > 0)];
        Trial[] trials = [.. numbers.Select(number => Some.Trial(number, Epochs, $"pack {number % 2}"))];
        var breaks = _random.Next(5) == 0;
        try
        {
            Do($"submit {sweep.Name} {string.Join(' ', numbers)}, breaks off: {breaks}",
                ledger => ledger.Submit(sweep, breaks ? Broken(trials) : trials, _now));
        }
        catch (InvalidOperationException) when (breaks)
        {
            _said.Add("broke off");
        }

        static IEnumerable<Trial> Broken(Trial[] trials)
        {
            foreach (var trial in trials)
                yield return trial;
            throw new InvalidOperationException("the file ends here");
        }
    }

    private void Grant()
    {
        var request = new ClaimRequest(
            $"worker {_random.Next(4)}", "cpu:0", $"token {(_random.Next(6) == 0 ? _made : ++_made)}", _random.Next(1, 4),
            _random.Next(6) == 0 ? SweepName() : null, null, $"node {_random.Next(2)}");
        var before = _ledger.Documents().OfType<TrialPut>().ToDictionary(put => put.Document.Key, put => put.Document);
        var granted = Do($"grant {request.Token} {request.MaxTrials} {request.Sweep}", ledger => ledger.Grant(request, _now));
        if (request.Sweep is null)
            Witness.Granted(_ledger, granted, before, _ledger.Sweeps());
        else
            Witness.Granted(_ledger, granted, before, [.. _ledger.Sweeps().Where(sweep => sweep.Name == request.Sweep)]);
        _workers.AddRange(granted.Select(one => new Worker(one)));
        if (_workers.Count > 12)
            _workers.RemoveRange(0, 4);
    }

    private Worker? Someone() =>
        _workers.Count == 0 ? null : _workers[_random.Next(2) == 0 ? _workers.Count - 1 : _random.Next(_workers.Count)];

    private void Report()
    {
        if (Someone() is not { } worker)
            return;
        var attempt = worker.Granted.Attempt;
        var to = Math.Min(worker.Epoch + _random.Next(1, 3), worker.Granted.Budget);
        var from = Math.Max(1, worker.Epoch + 1 - _random.Next(2));
        EpochReport[] epochs = [.. Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(Report)];
        EpochCheckpoint[] checkpoints = _random.Next(2) == 0 || to == worker.Granted.Budget
            ? [new EpochCheckpoint(to, $"{attempt.Trial}/{worker.Granted.Ordinal}/{to}", _random.Next(2) == 0)]
            : [];
        try
        {
            var accepted = Do($"report {attempt.Trial}#{worker.Granted.Ordinal} {from}..{to}",
                ledger => ledger.Report(attempt, epochs, checkpoints));
            if (!accepted)
                return;
            Witness.Wrote(attempt, $"epochs {from} to {to}");
            worker.Epoch = Math.Max(worker.Epoch, to);
            worker.Checkpoint = checkpoints.Length > 0 ? to : worker.Checkpoint;
        }
        catch (InvalidOperationException failure)
        {
            // A Ledger with its rules takes what a worker has that owns its trial: nothing of it can be missing.
            Assert.True(_rules != LedgerRules.All, $"{failure.Message}\n{Said}");
        }
    }

    private void Finish()
    {
        if (Someone() is not { } worker)
            return;
        var (attempt, done) = (worker.Granted.Attempt, worker.Epoch >= worker.Granted.Epochs);
        var end = done && _random.Next(4) > 0
            ? Some.Success(new Evaluation("test_nll", 80, 500, 100) { File = $"{attempt.Trial}.npy" },
                new Evaluation("test_elbo", double.NaN, 1, 100)) with { ModelPath = $"{attempt.Trial}/model" }
            : worker.Epoch >= worker.Granted.Budget ? new AttemptEnd(AttemptOutcome.Paused)
            : _random.Next(3) == 0 ? new AttemptEnd(AttemptOutcome.Released)
            : Some.Failure((FailureClass)_random.Next(6));
        try
        {
            var before = _ledger.Trial(attempt.Trial);
            if (!Do($"finish {attempt.Trial}#{worker.Granted.Ordinal} {end.Outcome} {end.FailureClass}",
                ledger => ledger.Finish(attempt, end, _now)))
            {
                return;
            }
            if (!ReferenceEquals(before, _ledger.Trial(attempt.Trial)))
            {
                Witness.Wrote(attempt, $"{end.Outcome}");
                Witness.Ended(attempt);
            }
        }
        catch (InvalidOperationException failure)
        {
            Assert.True(_rules != LedgerRules.All, $"{failure.Message}\n{Said}");
        }
    }

    private void Ask()
    {
        AttemptFence[] attempts = [.. _workers.Where(_ => _random.Next(2) == 0).Select(worker => worker.Granted.Attempt)];
        Do($"asked {attempts.Length}", ledger => attempts.Select(ledger.Asked).ToList());
    }

    private void Pass()
    {
        _now += _lease * (_random.NextDouble() * 1.5);
        var node = $"node {_random.Next(2)}";
        foreach (var ended in Do($"lose {node}", ledger => ledger.Lose(node, _now)))
            Witness.Ended(ended);
    }

    private void Schedule()
    {
        var budget = _random.Next(3) == 0 ? default(int?) : _random.Next(1, Epochs + 1);
        var sweep = SweepName();
        if (_random.Next(6) == 0)
        {
            Move(sweep, budget);
            return;
        }

        var waiting = Do($"waiting of {sweep}", ledger => ledger.Waiting(sweep)).Select(trial => trial.Key)
            .FirstOrDefault(TrialKey());
        Do($"budget of {waiting}: {budget}", ledger => ledger.SetBudget(waiting, budget));
    }

    /// <summary>What a search and its scheduler do, for good reasons or bad ones.</summary>
    private void Move(string sweep, int? budget)
    {
        BudgetMove[] moves = [new(TrialKey(), budget, "first of two"), new(TrialKey(), _random.Next(1, Epochs + 1), "second")];
        var child = Some.Trial(Numbers + 4 + _random.Next(2), Epochs, "pack 0");
        var copy = new CloneMove(moves[0].Trial, TrialKey(), child, _random.Next(1, Epochs), Epochs, "another rate");
        Do($"schedule {sweep} {string.Join(", ", moves)}, {copy}", ledger => ledger.Schedule(
            sweep, "d", moves, [copy], _ => new TrialResults([], [], []), _now));
        var confirming = Some.Trial(Numbers + 2 + _random.Next(2), Epochs, "pack 0");
        var (round, superseded, toConfirm) = (_random.Next(1, 3), TrialKey(), _random.Next(3));
        Do($"confirm {sweep} {round} {confirming.Id}, without {superseded}", ledger => ledger.Confirm(
            sweep, "d", round, [(confirming, "first of two")], [superseded], toConfirm, _now));
        var proposed = Some.Trial(Numbers + _random.Next(2), Epochs, "pack 0");
        var (retired, toCome) = (TrialKey(), _random.Next(3));
        Do($"propose {sweep} {proposed.Id}, without {retired}", ledger => ledger.Propose(
            sweep, "d", [proposed], [retired], toCome, "by chance", _now));
    }

    private void Keep()
    {
        var (limit, node) = (_random.Next(1, 4), $"node {_random.Next(2)}");
        Witness.Handed(Do("obsolete", ledger => ledger.TakeObsolete(limit)), _ledger);
        long[] some = [.. _ledger.Checkpoints().Select(one => one.Key).Where(_ => _random.Next(4) == 0)];
        Do("expend", ledger => ledger.Expend(some));
        Do("beat", ledger =>
        {
            ledger.Beat(new NodeInfo(node, "host", ["cpu:0"], "1", null) { Link = NodeLink.Outpost, Address = "host:1" }, _lease,
                _now);
            ledger.SetSetting("name", node);
            return ledger.Nodes(_now);
        });
        Do("life", ledger =>
        {
            ledger.Acknowledge(node, _made, _lease, _now);
            return (ledger.RunningOn(node), ledger.NodesAtWork());
        });
        if (_random.Next(3) > 0)
            return;
        var incarnation = (_ledger.Node(node)?.Incarnation ?? 0) + _random.Next(2);
        var (what, ends) = _random.Next(3) switch
        {
            0 => ($"evict {node}", (Func<Ledger, IReadOnlyList<AttemptFence>>)(ledger => ledger.Evict(node, _now))),
            1 => ($"lose {node}", ledger => ledger.Lose(node, _now)),
            _ => ($"join {node} {incarnation}", ledger =>
                ledger.Join(new NodeInfo(node, "host", ["cpu:0"], "1", null), incarnation, _lease, _now)),
        };
        foreach (var ended in Do(what, ends))
            Witness.Ended(ended);
    }

    private void Order()
    {
        var (sweep, trial) = (SweepName(), TrialKey());
        switch (_random.Next(7))
        {
            case <= 1:
                Delete(sweep, trial);
                break;
            case 2:
                var name = SweepName();
                Do($"rename {sweep} {name}", ledger => ledger.Rename(sweep, name));
                break;
            case 3:
                Do("tag", ledger => ledger.TagSweep(sweep, ["a"], ["b"]) && ledger.TagTrial(trial, ["b"], ["a"]));
                break;
            case 4:
                Reuse(sweep);
                break;
            case 5:
                Do("note", ledger => ledger.NoteSweep(sweep, "so") && ledger.NoteTrial(trial, $"{trial}"));
                break;
            default:
                var number = _random.Next(Numbers + 2);
                var imported = new ImportedTrial(Some.Trial(number, Epochs), TrialState.Succeeded, "elsewhere")
                {
                    Reports = [.. Enumerable.Range(1, Epochs).Select(Some.Report)],
                    Evaluations = [new Evaluation("test_nll", 79, 500, 100)],
                };
                Do($"import {number}", ledger => ledger.Import(Some.Sweep(sweep, 2), [imported], _now));
                break;
        }
    }

    private void Delete(string sweep, long trial)
    {
        var wish = new DeletionWish(sweep)
        {
            Trial = _random.Next(3) == 0 ? null : trial, Failed = _random.Next(4) == 0, ArtifactsOnly = _random.Next(4) == 0,
            Running = _random.Next(2) == 0, DryRun = _random.Next(8) == 0,
        };
        var before = _ledger.Documents().OfType<AttemptPut>().Select(put => put.Document).Where(one => one.Outcome is null)
            .Select(one => new AttemptFence(one.Trial, one.Fence, _ledger.Generation)).ToList();
        var deletion = Do($"delete {wish}", ledger => ledger.Delete(wish));
        Witness.Deleted(wish, deletion, _ledger);
        foreach (var attempt in before.Where(one => _ledger.Trial(one.Trial) is null))
            Witness.Ended(attempt);
    }

    private void Share()
    {
        switch (_random.Next(4))
        {
            case 0:
                Delete(SweepName(), TrialKey());
                break;
            case 1:
                Witness.Handed(Do("obsolete", ledger => ledger.TakeObsolete(100)), _ledger);
                break;
            default:
                Reuse(SweepName());
                break;
        }
    }

    private void Reuse(string sweep)
    {
        Trial[] trials = [.. Enumerable.Range(0, Numbers).Select(number => Some.Trial(number, Epochs, $"pack {number % 2}"))];
        var log = _log;
        Do($"reuse by {sweep}", ledger => ledger.Reuse(
            Some.Sweep(sweep, 2), ledger.WithEqual(sweep, trials), key => new TrialResults(
                [.. log.Reports(key, key)], [.. log.Events(key, key)], [.. log.Evaluations(key, key)]), _now));
    }

    private void Wish()
    {
        var (sweep, trial) = (SweepName(), TrialKey());
        switch (_random.Next(8))
        {
            case 0:
                Do($"pause {sweep}", ledger => ledger.SetState(sweep, SweepState.Paused, _now));
                break;
            case 1:
                Do($"stop {sweep}", ledger => ledger.SetState(sweep, SweepState.Stopped, _now));
                break;
            case <= 4:
                Do($"resume {sweep}", ledger => ledger.SetState(sweep, SweepState.Active, _now));
                break;
            case 5:
                Do($"stop {trial}", ledger => ledger.Stop(trial, _now));
                break;
            case 6:
                var one = _random.Next(2) == 0 ? trial : default(long?);
                Do($"retry {sweep} {one}", ledger => ledger.Retry(sweep, null, one));
                break;
            default:
                var change = new SweepAdjustment { Priority = _random.Next(3), MaxConcurrent = _random.Next(1, 4),
                    NoLimit = _random.Next(3) == 0 };
                Do($"adjust {sweep}", ledger => ledger.Adjust(sweep, change));
                break;
        }
    }
}
