using System.Globalization;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A sweep of a simulated world that searches, or ends trials early: its owner's side.</summary>
internal sealed class SearchedSweep
{
    public const string Name = "search";

    private readonly Dictionary<TrialFingerprint, string> _configs = [];

    /// <param name="scheduler">As in the sweep file.</param>
    public SearchedSweep(Random random, string scheduler)
    {
        // Weights of another size cannot be copied, and a population is drawn beforehand.
        var isPopulation = scheduler.Contains("pbt", StringComparison.Ordinal);
        var method = random.GetItems<string>(isPopulation ? ["sobol", "random"] : ["tpe", "sobol", "random"], 1)[0];
        var other = isPopulation ? "objective.beta: { uniform: [0.5, 2.0] }" : "model.latent: { uniform: [2, 200] }";
        Definition = SweepFile.Parse(string.Create(CultureInfo.InvariantCulture, $$"""
            name: {{Name}}
            dataset: { name: mnist, valid: 100 }
            train: { epochs: {{random.Next(4, 12)}} }
            method: {{method}}
            trials: {{random.Next(3, 12)}}
            search_seed: {{random.Next()}}
            parameters: { {{other}}, train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] } }
            seeds: {{random.Next(1, 3)}}
            scheduler: {{scheduler}}
            confirm: {{random.GetItems<string>(["none", "{ top: 2, seeds: 2 }"], 1)[0]}}
            """));
    }

    public SweepDefinition Definition { get; }

    /// <summary>Hands it in, once more.</summary>
    public void Submit(Ledger ledger, DateTimeOffset now)
    {
        var submission = new SweepSubmission(Name, Definition.Text)
        {
            InTheEnd = Definition.Learns ? Definition.InTheEnd() : null, Budget = Definition.Scheduler?.FirstBudget,
            Confirming = Definition.Confirming(),
        };
        ledger.Submit(submission, Definition.Expand().Select(Known), now);
    }

    public Trial Known(Trial trial)
    {
        _configs[TrialFingerprint.Of(trial)] = trial.ConfigJson;
        return trial;
    }

    public string ConfigOf(TrialDocument trial) => _configs[trial.Fingerprint];

    /// <summary>Those that confirm a point, or copy one.</summary>
    public Trial Known(TrialDocument like, long seed, long index) => Known(
        TrialConfigJson.ToTrial(TrialConfigJson.Parse(ConfigOf(like)) with { Seed = seed }, index));

    /// <summary>All points are there with all their seeds, and each trial was trained, or ended by its scheduler; and the best
    /// are confirmed.</summary>
    public bool IsDone(SweepDocument sweep, IReadOnlyCollection<TrialDocument> trials) =>
        sweep is { ToCome: 0, ToConfirm: 0 }
        && trials.Count(one => one is { Wanted: true, Round: 0, Parent: 0 }) == Definition.Draws * Definition.Seeds.Count
        && trials.All(one => one.State == TrialState.Succeeded || Ledger.IsEndedEarly(one) || !one.Wanted);

    /// <summary>What is wrong with it once it is done.</summary>
    /// <param name="wasClosed">Keys of trials that failed, or that their owner stopped, before they were retried.</param>
    public IEnumerable<string> Faults(IReadOnlyCollection<TrialDocument> trials, IReadOnlySet<long> wasClosed)
    {
        if (!trials.Any(one => one.State == TrialState.Succeeded))
        {
            yield return "no trial was trained to the end: " + string.Join("; ", trials.OrderBy(one => one.Key).Select(
                one => $"{one.Key} {one.EpochsDone} of {one.Budget} {one.Reason}"));
        }

        var confirming = trials.Where(one => one is { Wanted: true, Round: > 0 }).ToList();
        if ((confirming.Count > 0) != (Definition.Confirm is not null))
            yield return $"{confirming.Count} trials confirm it";
        if (confirming.Select(one => one.Round).Distinct().Count() > 1 || confirming.Exists(one => one.Budget is not null))
            yield return "several rounds confirm it, or with a budget";

        foreach (var trial in trials.Where(one => one.Wanted))
        {
            if (trial.EpochsDone != Math.Min(trial.Budget ?? trial.Epochs, trial.Epochs))
                yield return $"trial {trial.Key} has {trial.EpochsDone} epochs and a budget of {trial.Budget}";
            if (trial.State == TrialState.Succeeded && trial.EpochsDone != trial.Epochs)
                yield return $"trial {trial.Key} succeeded with {trial.EpochsDone} epochs";
        }

        // A seed that is retried comes to a rung when the others have left it.
        foreach (var point in trials.Where(one => one.Wanted).GroupBy(one => (one.Point, one.Round))
            .Where(one => !one.Any(trial => wasClosed.Contains(trial.Key))))
        {
            var seeds = point.Key.Round > 0 ? Definition.Confirm!.Seeds : Definition.Seeds.Count;
            if (point.Count() != seeds || point.Select(one => one.EpochsDone).Distinct().Count() != 1)
            {
                yield return $"the seeds of point {point.Key} ended apart: {string.Join("; ", point.Select(
                    one => $"{one.Key} {one.EpochsDone} of {one.Budget} {one.Reason}"))}";
            }
        }
    }
}
