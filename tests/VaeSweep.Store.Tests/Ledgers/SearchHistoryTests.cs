using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>Searches and schedulers on the Ledger while devices crash, owners pause and stop, and heads are started anew. A
/// history is its seed: VAESWEEP_SEARCH_HISTORY=SEED lives one again.</summary>
public sealed class SearchHistoryTests
{
    private const int Histories = 500;

    public static TheoryData<string> Schedulers =>
        ["none", "{ asha: { min_epochs: 1, reduction: 3 } }", "{ asha: { min_epochs: 2, reduction: 2, brackets: 2 } }",
            "{ hyperband: { min_epochs: 1 } }", "{ median: { min_epochs: 2, every: 2 } }",
            "{ pbt: { every: 2 } }"];

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Whatever_happens_every_point_comes_once_no_rung_is_passed_twice_and_none_waits_for_ever(string scheduler)
    {
        var one = Environment.GetEnvironmentVariable("VAESWEEP_SEARCH_HISTORY");
        var seeds = one is null ? Enumerable.Range(1, Long.Of(Histories, 5_000)) : [int.Parse(one, CultureInfo.InvariantCulture)];

        foreach (var seed in seeds)
        {
            var failure = Record.Exception(() => new SearchHistory(seed, scheduler).Live());

            Assert.True(failure is null, $"history {seed} of {scheduler}: {failure}");
        }
    }

    private sealed class SearchHistory
    {
        private readonly Random _random;
        private readonly SweepDefinition _definition;
        private readonly Dictionary<TrialFingerprint, Trial> _given = [];
        private readonly Dictionary<long, List<double>> _curves = [];
        private readonly Dictionary<TrialFingerprint, List<double>> _inherited = [];
        private readonly List<Granted> _running = [];
        private readonly List<Change> _points = [];
        private readonly HashSet<(long Trial, int Epoch, string Event)> _moved = [];
        private Ledger _ledger = new();
        private SearchBook _book;
        private DateTimeOffset _now = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);
        private int _tokens;

        public SearchHistory(int seed, string scheduler)
        {
            _random = new Random(seed);
            var isPopulation = scheduler.Contains("pbt", StringComparison.Ordinal);
            var method = scheduler == "none" ? "tpe" : _random.GetItems<string>(["sobol", "random", "tpe"], 1)[0];
            method = isPopulation && method == "tpe" ? "random" : method;
            var size = isPopulation ? "objective.beta: { uniform: [0.5, 2.0] }" : "model.latent: { uniform: [2, 200] }";
            var epochs = _random.Next(4, 12);
            _definition = SweepFile.Parse($$"""
                name: s
                dataset: { name: mnist, valid: 100 }
                train: { epochs: {{epochs}} }
                method: {{method}}
                trials: {{_random.Next(3, 14)}}
                search_seed: {{seed}}
                parameters: { {{size}}, train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] } }
                seeds: {{_random.Next(1, 4)}}
                scheduler: {{scheduler}}
                confirm: {{_random.GetItems<string>(["none", "{ top: 2, seeds: 2 }", "{ top: 20, seeds: 3 }"], 1)[0]}}
                """);
            _book = new SearchBook(_definition);
            _ledger.Start(new string('a', 32), 7, moved: false, _now);
            Settle();
        }

        public void Live()
        {
            Submit();
            for (var upheavals = _random.Next(10, 60); upheavals > 0; upheavals--)
                Step(disturbed: true);
            _ledger.SetState("s", SweepState.Active, _now);
            _ledger.Retry("s", null, null);
            for (var i = 0; _ledger.Sweep("s")!.Open > 0; i++)
            {
                Assert.True(
                    i < 5_000,
                    $"no end: {string.Join(", ", _ledger.TrialsOf("s").Select(one =>
                        $"{one.Index} {one.State} {one.EpochsDone} of {one.Budget}"))}, {_ledger.Sweep("s")!.ToCome} to come");
                Step(disturbed: false);
            }

            HoldConfirmed();
            var trials = _ledger.TrialsOf("s").Where(one => one is { Wanted: true, Round: 0 }).ToList();
            Assert.Equal(_definition.Draws * _definition.Seeds.Count, trials.Count - trials.Count(one => one.Parent > 0));
            if (_definition.Explores is not null)
                HoldPopulation(trials);
            Assert.All(trials, one => Assert.True(one.State is TrialState.Succeeded or TrialState.Stopped or TrialState.Failed));
            Assert.Contains(trials, one => one.State is TrialState.Succeeded or TrialState.Failed);
            Assert.All(trials.Where(one => one.State == TrialState.Stopped), one => Assert.True(Ledger.IsEndedEarly(one)));
            Assert.All(trials.GroupBy(one => one.Point), point => Assert.Equal(_definition.Seeds.Count, point.Count()));
            // Nobody waits for the epochs that its scheduler has spared.
            if (_ledger.Sweep("s") is var status && status!.Count(TrialState.Failed) == 0)
                Assert.Equal(status.EpochsTotal, status.EpochsDone);
        }

        // Who gives up a place has one heir, which has the epochs of the other, and goes on.
        private void HoldPopulation(List<TrialDocument> trials)
        {
            var copies = trials.Where(one => one.Parent > 0).ToList();
            var places = trials.Count(one => one.State != TrialState.Succeeded);
            Assert.InRange(copies.Count, trials.Count(Ledger.IsEndedEarly), places);
            Assert.All(copies, one => Assert.Equal(_ledger.Trial(one.Parent)!.Seed, one.Seed));
            Assert.All(copies, one => Assert.Equal(
                TrialConfigJson.ToTrial(TrialConfigJson.Parse(_given[one.Fingerprint].ConfigJson)).Fingerprint,
                one.Fingerprint.ToString()));
        }

        // The best of the search, each with the same fresh seeds, to the end.
        private void HoldConfirmed()
        {
            var all = _ledger.TrialsOf("s");
            var trials = all.Where(one => one.Round > 0).ToList();
            var seeds = _definition.Confirm?.Seeds ?? 0;
            var points = trials.GroupBy(one => one.Point).ToList();
            Assert.InRange(points.Count, 0, _definition.Confirm?.Top ?? 0);
            Assert.All(points, point => Assert.Equal(seeds, point.Select(one => one.Seed).Distinct().Count()));
            Assert.InRange(trials.Select(one => one.Seed).Distinct().Count(), 0, seeds);
            Assert.Empty(trials.Select(one => one.Seed).Intersect(_definition.Seeds));
            Assert.All(trials, one => Assert.True(one is { Wanted: true, Round: 1, Budget: null }));
            Assert.All(trials, one => Assert.True(one.State is TrialState.Succeeded or TrialState.Failed));
            if (all.Any(one => one is { Round: 0, State: TrialState.Succeeded }) && _definition.Seeds.Count == 1)
                Assert.Equal(_definition.Confirm is null, trials.Count == 0);
        }

        private void Submit()
        {
            var submission = new SweepSubmission("s", _definition.Text)
            {
                InTheEnd = _definition.Learns ? _definition.InTheEnd() : null, Budget = _definition.Scheduler?.FirstBudget,
                Confirming = _definition.Confirming(),
            };
            var trials = _definition.Expand().ToList();
            trials.ForEach(Give);
            _ledger.Submit(submission, trials, _now);
            Settle();
        }

        private void Step(bool disturbed)
        {
            _now += TimeSpan.FromSeconds(1);
            if (disturbed && _random.Next(8) == 0)
                Disturb();
            switch (_random.Next(3))
            {
                case 0:
                    Search();
                    break;
                case 1 when _running.Count < 4:
                    _running.AddRange(_ledger.Grant(Some.Claim(maxTrials: _random.Next(1, 3), token: $"t{++_tokens}"), _now));
                    break;
                default:
                    if (_running.Count > 0)
                        Train(_running[_random.Next(_running.Count)], disturbed);
                    break;
            }

            Settle();
        }

        private void Disturb()
        {
            switch (_random.Next(5))
            {
                case 0:
                    _ledger.SetState("s", SweepState.Paused, _now);
                    break;
                case 1 or 2:
                    _ledger.SetState("s", _random.Next(4) == 0 ? SweepState.Stopped : SweepState.Active, _now);
                    break;
                case 3:
                    Submit();
                    break;
                default:
                    Settle();
                    _ledger = Ledger.Load(_points.Concat(_ledger.Documents()));
                    _ledger.Start(new string('a', 32), 7, moved: false, _now);
                    _book = new SearchBook(_definition);
                    break;
            }
        }

        private void Search()
        {
            foreach (var (sweep, _) in _ledger.Searching())
            {
                var trials = _ledger.TrialsOf("s");
                foreach (var trial in trials.Where(one => !_book.Knows(one.Point)))
                    _book.Learn(trial.Point, _given[trial.Fingerprint].ConfigJson);
                var step = _book.Next(
                    [.. trials.Select(one => Ledger.Seen(one, [.. _curves.GetValueOrDefault(one.Key, [])]))], 3, sweep.ToCome);
                Assert.Empty(step.Retired);
                Assert.Empty(step.Confirmation?.Retired ?? []);
                foreach (var move in step.Moves)
                {
                    var stood = _ledger.Trial(move.Trial)!;
                    if (move.Budget is { } budget)
                        Assert.True(budget > (stood.Budget ?? stood.Epochs), "a budget that is no larger");
                    Assert.True(
                        move.Budget is null || _moved.Add((move.Trial, stood.CheckpointEpoch, Ledger.Promoted)),
                        $"trial {stood.Index} was sent on twice from {stood.CheckpointEpoch} epochs");
                }

                foreach (var clone in step.Clones)
                {
                    Give(clone.Child);
                    _inherited[TrialFingerprint.Of(clone.Child)] = [.. _curves[clone.Of].Take(clone.Epoch)];
                }

                Assert.True(_ledger.Schedule("s", sweep.Definition, step.Moves, step.Clones, ResultsOf, _now));
                foreach (var trial in _ledger.TrialsOf("s").Where(one => one.Parent > 0 && !_curves.ContainsKey(one.Key)))
                    _curves[trial.Key] = [.. _inherited[trial.Fingerprint]];
                if (step.Confirmation is { } confirmation)
                    Confirm(sweep, confirmation, trials);
                foreach (var trial in step.Proposed)
                    Give(trial);
                Assert.True(_ledger.Propose(
                    "s", sweep.Definition, step.Proposed, step.Retired, step.ToCome, step.Origin, _now));
            }
        }

        private void Confirm(SweepDocument sweep, Confirmation step, TrialDocument[] trials)
        {
            var added = step.Trials.Select(one =>
            {
                var like = _given[trials.First(trial => trial.Point == one.Point).Fingerprint];
                return TrialConfigJson.ToTrial(TrialConfigJson.Parse(like.ConfigJson) with { Seed = one.Seed }, one.Index);
            }).ToList();
            added.ForEach(Give);
            Assert.True(_ledger.Confirm(
                "s", sweep.Definition, step.Round, [.. added.Zip(step.Trials, (trial, one) => (trial, one.Detail))], step.Retired,
                step.ToCome, _now));
        }

        private TrialResults ResultsOf(long trial) => new(
            [.. _curves[trial].Select((_, i) => new StoredReport(trial, 1, Some.Report(i + 1)))], [], []);

        private void Give(Trial trial) => _given[TrialFingerprint.Of(trial)] = trial;

        private void Train(Granted granted, bool disturbed)
        {
            _running.Remove(granted);
            var trial = _ledger.Trial(granted.Attempt.Trial)!;
            var fate = disturbed ? _random.Next(10) : 9;
            if (fate == 0)
            {
                _ledger.Finish(granted.Attempt, Some.Failure(FailureClass.Crash), _now);
                return;
            }

            var config = TrialPhases.Of(TrialConfigJson.Parse(_given[trial.Fingerprint].ConfigJson))[^1].Config;
            var loss = Math.Abs(config.Model.Layers[0] - 50) + Math.Abs(config.Objective.Beta - 1);
            var to = fate == 1 ? _random.Next(granted.CheckpointEpoch, granted.Budget + 1) : granted.Budget;
            Assert.True(to <= granted.Epochs);
            for (var epoch = granted.CheckpointEpoch + 1; epoch <= to; epoch++)
            {
                if (!_ledger.Report(
                    granted.Attempt, [Some.Report(epoch)],
                    [new EpochCheckpoint(epoch, $"c{granted.Attempt.Fence}-{epoch}", Best: false)]))
                {
                    return;
                }

                var curve = _curves.TryGetValue(trial.Key, out var known) ? known : _curves[trial.Key] = [];
                if (curve.Count < epoch)
                    curve.Add(-loss - (10.0 / epoch));
            }

            if (fate == 2 && to == granted.Epochs)
                _ledger.Finish(granted.Attempt, Some.Failure(FailureClass.Nan), _now);
            else if (to == granted.Epochs)
                _ledger.Finish(granted.Attempt, Some.Success(), _now);
            else
                _ledger.Finish(granted.Attempt, new AttemptEnd(AttemptOutcome.Released), _now);
        }

        private void Settle()
        {
            _points.AddRange(_ledger.Changes.OfType<PointPut>());
            _ledger.Settle();
        }
    }
}
