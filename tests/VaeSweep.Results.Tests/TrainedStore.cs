using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

/// <summary>A real store with a sweep "s" whose trials stand and scored as a test says.</summary>
internal sealed class TrainedStore : IAsyncDisposable
{
    private readonly string _folder;

    private TrainedStore(IStore store, string folder) => (Store, _folder) = (store, folder);

    public IStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<TrainedStore> MadeAsync(params IEnumerable<MadeUpTrial> trials) => MadeAsync(new StoreOptions(), trials);

    public static async Task<TrainedStore> MadeAsync(StoreOptions options, params IEnumerable<MadeUpTrial> trials)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-results-").FullName;
        var store = StoreFactory.Open(Path.Combine(folder, "store.db"), TimeProvider.System, options);
        return await FillAsync(new TrainedStore(store, folder), [.. trials]);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<TrainedStore> FillAsync(TrainedStore made, List<MadeUpTrial> trials)
    {
        var store = made.Store;
        await store.MigrateAsync(Token);
        // Those that stay queued come last, where no claim reaches them.
        var ordered = trials.OrderBy(t => t.State == TrialState.Queued).ToList();
        var submitted = ordered.Select(
            (t, i) => new Trial(i, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(t.Config))), t.Config, t.Seed,
                "pack", 1)).ToList();
        List<Trial> confirming = [.. submitted.Where((_, i) => ordered[i].Confirms)];
        await store.SubmitAsync(
            new SweepSubmission("s", "name: s\n") { Confirming = confirming.Count }, submitted.Except(confirming), Token);
        if (confirming.Count > 0)
        {
            await ((LedgerStore)store).ConfirmAsync(
                "s", "name: s\n", 1, [.. confirming.Select(one => (one, "1st of 2"))], [], 0, Token);
        }

        var claimed = ordered.Count(t => t.State != TrialState.Queued);
        if (claimed == 0)
            return made;

        var claims = await store.ClaimAsync(
            new ClaimRequest("host:1/cpu:0", "cpu:0", Guid.NewGuid().ToString("N"), claimed,
                Provenance: """{"stack":"numerics 1, libtorch 2.10.0","host":"host"}"""), Token);
        var trialOf = submitted.Zip(ordered).ToDictionary(p => p.First.Id, p => p.Second);
        await store.AppendAsync(
            new ReportBatch(
                [.. claims.Where(c => trialOf[c.TrialId].State == TrialState.Succeeded)
                    .Select(c => new AttemptEpoch(c.Attempt, Report(trialOf[c.TrialId])))], []), Token);
        foreach (var claim in claims)
        {
            var trial = trialOf[claim.TrialId];
            if (trial.State == TrialState.Succeeded)
            {
                var evaluations = trial.Evaluations
                    ?? (trial.Value is { } value ? [new Evaluation("test_nll", value, 100, 10)] : []);
                await store.FinishAsync(claim.Attempt,
                    new AttemptEnd(AttemptOutcome.Succeeded) { Evaluations = evaluations, ModelPath = "model.safetensors" },
                    Token);
            }
            else if (trial.State == TrialState.Failed)
            {
                await store.FinishAsync(claim.Attempt,
                    new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Nan, Reason = "NaN" }, Token);
            }
        }

        return made;
    }

    private static EpochReport Report(MadeUpTrial trial) =>
        new() { Epoch = 1, TrainElbo = trial.TrainElbo, ActiveUnits = 7, Seconds = 2,
            Units = [new LayerUnits([0.5, 0.05, 0.001], [2, 1, 0.5])] };
}

/// <param name="Value">Its test_nll; null: none.</param>
internal sealed record MadeUpTrial(string Config, long Seed, double? Value, TrialState State = TrialState.Succeeded)
{
    public double TrainElbo { get; init; } = double.NaN;

    /// <summary>It confirms what the others have found.</summary>
    public bool Confirms { get; init; }

    /// <summary>In place of <see cref="Value"/>.</summary>
    public IReadOnlyList<Evaluation>? Evaluations { get; init; }
}
