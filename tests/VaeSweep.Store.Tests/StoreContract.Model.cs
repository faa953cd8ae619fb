using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public abstract partial class StoreContract
{
    private const int ModelTrials = 5;
    private const int ModelEpochs = 3;

    /// <summary>Sequences of operations, each three small numbers: which one, on which trial, and how.</summary>
    [Fact]
    public void Any_sequence_of_operations_does_what_the_model_does()
    {
        var step = Gen.Choose(0, 11).SelectMany(_ => Gen.Choose(0, ModelTrials - 1), (what, which) => (what, which))
            .SelectMany(_ => Gen.Choose(0, 31), (pair, how) => (pair.what, pair.which, how));
        var sequences = Gen.ListOf(step).Resize(40).ToArbitrary();
        var run = 0;

        Prop.ForAll(sequences, steps => CompareWithModelAsync($"model{run++}", steps).GetAwaiter().GetResult())
            .QuickCheckThrowOnFailure();
    }

    private async Task CompareWithModelAsync(string sweep, IEnumerable<(int What, int Which, int How)> steps)
    {
        const int maxAttempts = 2;
        var model = new StoreModel(maxAttempts);
        await SubmitBothAsync(31);
        var keys = new Dictionary<int, long>();
        var log = new List<string>();
        foreach (var (what, which, how) in steps)
        {
            log.Add($"{what} {which} {how}");
            await RefreshKeysAsync();
            var key = keys.GetValueOrDefault(which, -1);
            // Mostly the current attempt, now and then the one before: a stale worker.
            var attempt = model.Trials.TryGetValue(which, out var trial) ? trial.Attempt - (how % 4 == 3 ? 1 : 0) : 1;
            switch (what)
            {
                case 0:
                    await SubmitBothAsync(how);
                    break;
                case 1 or 2:
                    var claims = await Store.ClaimAsync(Some.Claim(sweep, 1 + (how % 3), sweep: sweep, node: sweep), Token);
                    await RefreshKeysAsync();
                    Same(model.Claim(1 + (how % 3)),
                        claims.Select(claim => keys.Single(pair => pair.Value == claim.Attempt.TrialKey).Key));
                    break;
                case 3:
                    Same([model.Asked(which, attempt)], [await AskedAsync(new AttemptKey(key, attempt))]);
                    break;
                case 4 or 5:
                    var epoch = 1 + (how % ModelEpochs);
                    var owner = new AttemptKey(key, attempt);
                    var batch = Some.Epochs(owner, [.. Enumerable.Range(1, epoch)]) with
                    {
                        Checkpoints = what == 5
                            ? [new AttemptCheckpoint(owner, epoch, $"{sweep}/{which}/{attempt}/{epoch}", false)] : [],
                    };
                    Same([model.Append(which, attempt, epoch, what == 5)], [(await Store.AppendAsync(batch, Token)).Count == 0]);
                    break;
                case 6 or 7:
                    await FinishBothAsync(which, key, attempt, how);
                    break;
                case 8:
                    var ended = await LoseAsync(how % 3 == 0 ? sweep : "another");
                    Same(how % 3 == 0 ? model.Lose() : [],
                        ended.Select(one => keys.Single(pair => pair.Value == one.TrialKey).Key).Order());
                    break;
                case 9:
                    var state = (SweepState)(how % 3);
                    model.SetState(state);
                    await Store.SetSweepStateAsync(sweep, state, Token);
                    break;
                case 10:
                    Same([model.Stop(which)], [await Store.StopTrialAsync(key, Token)]);
                    break;
                default:
                    var one = how % 2 == 0 ? which : default(int?);
                    Same([model.Retry(one)], [await Store.RetryAsync(sweep, null, one is null ? null : key, Token)]);
                    break;
            }

            var rows = await Store.QueryAsync(
                "SELECT seed, state, attempts, wanted, epochs_done FROM trials WHERE sweep = @sweep ORDER BY seed",
                new Dictionary<string, object?> { ["sweep"] = sweep },
                TimeSpan.FromSeconds(30), Token);
            Same(
                model.Trials.Select(pair =>
                    $"{pair.Key} {pair.Value.State.ToString().ToLowerInvariant()} {pair.Value.Attempt} "
                        + $"{(pair.Value.Wanted ? 1 : 0)} {pair.Value.Epochs.Count}"),
                rows.Rows.Select(row => string.Join(' ', row)));
        }

        void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual)
        {
            if (!expected.SequenceEqual(actual))
            {
                Assert.Fail(
                    $"after {string.Join("; ", log)}:\nmodel: {string.Join(", ", expected)}\nstore: {string.Join(", ", actual)}");
            }
        }

        async Task SubmitBothAsync(int mask)
        {
            int[] numbers = [.. Enumerable.Range(0, ModelTrials).Where(i => (mask >> i & 1) == 1)];
            model.Submit(numbers);
            await Store.SubmitAsync(Some.Sweep(sweep, maxAttempts), numbers.Select(i => Some.Trial(i, ModelEpochs)), Token);
        }

        async Task FinishBothAsync(int which, long key, int attempt, int how)
        {
            var (outcome, failure) = how switch
            {
                < 8 => (AttemptOutcome.Succeeded, default(FailureClass?)),
                < 20 => (AttemptOutcome.Failed, (FailureClass)(how % 5)),
                < 24 => (AttemptOutcome.Released, null),
                < 28 => (AttemptOutcome.Paused, null),
                _ => (AttemptOutcome.Stopped, null),
            };
            var owner = new AttemptKey(key, attempt);
            if (outcome == AttemptOutcome.Succeeded)
            {
                model.Append(which, attempt, ModelEpochs, false);
                await Store.AppendAsync(Some.Epochs(owner, [.. Enumerable.Range(1, ModelEpochs)]), Token);
            }

            var end = new AttemptEnd(outcome) { FailureClass = failure };
            Same([model.Finish(which, attempt, outcome, failure)], [await Store.FinishAsync(owner, end, Token)]);
        }

        async Task RefreshKeysAsync()
        {
            foreach (var trial in await Store.FindTrialsAsync("", sweep, 100, Token))
                keys[(int)trial.Seed] = trial.Key;
        }
    }
}
