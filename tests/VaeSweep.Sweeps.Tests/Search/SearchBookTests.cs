using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps.Tests;

public sealed class SearchBookTests
{
    private const string Text = """
        name: a
        dataset: { name: mnist, valid: 1000 }
        train: { epochs: 9 }
        method: tpe
        trials: 12
        search: { startup: 3 }
        parameters:
          model.latent: { uniform: [2, 40] }
          train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }
          objective.bound: [elbo, iwae]
          objective.k: { values: [2, 5, 10, 50], when: { objective.bound: iwae } }
        seeds: 2
        """;

    private readonly Dictionary<long, SearchTrial> _trials = [];
    private readonly Dictionary<string, long> _points = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _configs = [];
    private SweepDefinition _definition = SweepFile.Parse(Text);
    private SearchBook _book = new(SweepFile.Parse(Text));

    [Fact]
    public void All_points_come_each_with_all_its_seeds_and_none_twice()
    {
        Submit();
        Assert.Equal(6, _trials.Count);
        Assert.Equal(24, _definition.InTheEnd());

        var steps = Finish(devices: 3);

        Assert.Equal(24, _trials.Count);
        Assert.Equal(Enumerable.Range(0, 24), _trials.Values.Select(one => (int)one.Index).Order());
        Assert.Equal(0, steps[^1].ToCome);
        Assert.All(_trials.Values.GroupBy(one => one.Point), point => Assert.Equal([0L, 1L], point.Select(one => one.Seed)));
        Assert.Contains(steps, one => one.Origin == "by tpe after 4 results, with 1 under way");
    }

    [Fact]
    public void After_a_crash_the_same_trials_come()
    {
        Submit();
        Finish(devices: 2);
        var undisturbed = Fingerprints();

        _trials.Clear();
        Submit();
        for (var i = 0; i < 7; i++)
            FinishOne(2);
        _book = new SearchBook(_definition);
        foreach (var (point, config) in _configs)
            _book.Learn(point, config);
        Finish(devices: 2);

        Assert.Equal(undisturbed, Fingerprints());
    }

    [Fact]
    public void An_edited_space_retires_what_it_has_not_and_learns_from_the_rest()
    {
        Submit();
        Finish(devices: 1);
        var small = _trials.Values.Where(one => TrialConfigJson.Parse(_configs[one.Point]).Model.Layers[0] <= 20)
            .Select(one => one.Key).ToHashSet();
        Assert.InRange(small.Count, 1, 23);

        Edit(Text.Replace("[2, 40]", "[2, 20]", StringComparison.Ordinal));
        var step = Next(devices: 1);

        Assert.Equal(_trials.Keys.Except(small).Order(), step.Retired.Order());
        Assert.Equal(24 - small.Count, step.Proposed.Count + step.ToCome);
        Assert.Empty(new SearchBook(SweepFile.Parse(Text)).Next([], 0, 0).Retired);
    }

    [Fact]
    public void A_space_that_is_used_up_ends_the_search_with_the_reason()
    {
        Edit("""
            name: a
            method: tpe
            trials: 12
            dataset: { name: mnist, valid: 1000 }
            parameters: { objective.k: [1, 2, 5], model.batch_norm: [true, false] }
            """);
        Submit();
        var last = Finish(devices: 4)[^1];

        Assert.Equal(6, _trials.Count);
        Assert.Equal(0, last.ToCome);
        Assert.Equal("its parameters have no other combinations: 6 of 12 points are there", last.Exhausted);
    }

    [Fact]
    public void With_a_scheduler_few_points_are_trained_to_the_end()
    {
        Edit(Text + "\nscheduler: { asha: { min_epochs: 1, reduction: 3 } }");
        Submit();
        Finish(devices: 2);

        var points = _trials.Values.GroupBy(one => one.Point).ToList();
        Assert.Equal(12, points.Count);
        Assert.DoesNotContain(_trials.Values, one => one.Rests);
        Assert.All(points, point => Assert.Single(point.Select(one => one.Curve.Count).Distinct()));
        Assert.Equal((8, 3, 1), (Count(1), Count(3), Count(9)));
        Assert.Single(points, point => point.First().State == TrialState.Succeeded);

        int Count(int epochs) => points.Count(point => point.First().Curve.Count == epochs);
    }

    [Fact]
    public void A_search_with_a_scheduler_ends_where_points_of_an_edited_space_have_the_places_of_old_ones()
    {
        var text = Text + "\nscheduler: { asha: { min_epochs: 1, reduction: 3 } }";
        Edit(text);
        Submit();
        Finish(devices: 2);

        Edit(text.Replace("[2, 40]", "[2, 20]", StringComparison.Ordinal));
        foreach (var retired in Next(devices: 2).Retired)
            _trials[retired] = _trials[retired] with { Wanted = false };
        Submit();
        var places = _trials.Values.Where(one => one.Wanted).GroupBy(one => (one.Index, one.Seed));
        Assert.Contains(places, place => place.Count() > 1);
        Finish(devices: 2);

        var after = Next(devices: 2);
        Assert.Equal((0, 0, 0), (after.Moves.Count, after.Proposed.Count, (int)after.ToCome));
        Assert.DoesNotContain(_trials.Values, one => one is { Wanted: true, Rests: true });
        Assert.Equal(12, _trials.Values.Where(one => one.Wanted).Select(one => one.Point).Distinct().Count());
    }

    private void Edit(string text)
    {
        _definition = SweepFile.Parse(text);
        _book = new SearchBook(_definition);
        foreach (var (point, config) in _configs)
            _book.Learn(point, config);
    }

    private void Submit()
    {
        foreach (var trial in _definition.Expand().ExceptBy(Fingerprints(), one => one.Fingerprint))
            Add(trial);
    }

    private void Add(Trial trial)
    {
        var config = trial.ConfigJson.Replace($"\"seed\":{trial.Seed}", "\"seed\":0", StringComparison.Ordinal);
        if (!_points.TryGetValue(config, out var point))
            _points.Add(config, point = _points.Count + 1);
        if (_configs.TryAdd(point, config))
            _book.Learn(point, config);
        var key = _trials.Count + 1;
        _trials.Add(key, new SearchTrial(key, trial.Index, trial.Fingerprint, point, trial.Seed, TrialState.Queued, true, [])
        {
            Budget = _definition.Scheduler?.FirstBudget ?? trial.Epochs,
        });
    }

    private SearchStep Next(int devices) => _book.Next(
        [.. _trials.Values], devices,
        Math.Max(0, _definition.InTheEnd() - _trials.Count));

    private List<SearchStep> Finish(int devices)
    {
        var steps = new List<SearchStep>();
        do
        {
            steps.Add(Step(devices));
        }
        while (FinishFirst());
        return steps;
    }

    private void FinishOne(int devices)
    {
        Step(devices);
        FinishFirst();
    }

    private SearchStep Step(int devices)
    {
        var step = Next(devices);
        foreach (var move in step.Moves)
        {
            var trial = _trials[move.Trial];
            _trials[move.Trial] = move.Budget is { } budget
                ? trial with { State = TrialState.Queued, Budget = budget, Rests = false, IsEnded = false, GoesOn = true }
                : trial with { State = TrialState.Stopped, Rests = false, IsEnded = true };
        }

        foreach (var trial in step.Proposed)
            Add(trial);
        return step;
    }

    private bool FinishFirst()
    {
        var next = _trials.Values.Where(one => one.State == TrialState.Queued).OrderBy(one => one.Index).FirstOrDefault();
        if (next is null)
            return false;
        var isWhole = next.Budget >= 9;
        _trials[next.Key] = next with
        {
            State = isWhole ? TrialState.Succeeded : TrialState.Paused, Rests = !isWhole, GoesOn = false,
            Curve = [.. Enumerable.Repeat(-Loss(next), Math.Min(9, next.Budget))],
        };
        return true;
    }

    private double Loss(SearchTrial trial)
    {
        var config = TrialConfigJson.Parse(_configs[trial.Point]);
        return Math.Abs(config.Model.Layers[0] - 17) + Math.Abs(Math.Log10(config.Train.Adam.Lr) + 3) + (trial.Seed * 0.01);
    }

    private List<string> Fingerprints() => [.. _trials.Values.OrderBy(one => one.Index).Select(one => one.Fingerprint)];
}
