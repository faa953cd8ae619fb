using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>Made-up trials, reports and requests.</summary>
internal static class Some
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    public static Trial Trial(int number, int epochs = 2, string packKey = "a", long index = -1) =>
        Trial($"{{\"model.latent\":{number},\"seed\":{number}}}", number, epochs, packKey, index);

    public static IEnumerable<Trial> Trials(int count, int epochs = 2, string packKey = "a") => Enumerable.Range(0, count)
        .Select(i => Trial(i, epochs, packKey));

    public static SweepSubmission Sweep(string name = "s", int maxAttempts = 3) => new(name, $"name: {name}\n", maxAttempts);

    public static ClaimRequest Claim(
        string worker = "w", int maxTrials = 1, string? token = null, string? sweep = null, string? node = null) =>
        new(worker, "cpu:0", token ?? Guid.NewGuid().ToString("N"), maxTrials, sweep,
            JsonSerializer.Serialize(new { torch = "1.13" }), node);

    public static EpochReport Report(int epoch) => new()
    {
        Epoch = epoch,
        TrainElbo = -100 + epoch,
        TrainRecon = -80,
        TrainKl = 20,
        ValidElbo = -101.5,
        Beta = 0.5,
        ActiveUnits = 7,
        GradNorm = 3.25,
        Seconds = 0.5,
        Units = [new LayerUnits([0.25, 0.001], [1.5, double.NaN]), new LayerUnits([2], [3])],
    };

    public static ReportBatch Epochs(AttemptKey attempt, params int[] epochs) =>
        new([.. epochs.Select(epoch => new AttemptEpoch(attempt, Report(epoch)))], []);

    public static ReportBatch Checkpoint(AttemptKey attempt, int epoch, string path, bool best = false) =>
        new([], [new AttemptCheckpoint(attempt, epoch, path, best)]);

    public static AttemptEnd Success(params Evaluation[] evaluations) =>
        new(AttemptOutcome.Succeeded) { Evaluations = evaluations, ModelPath = "model.bin" };

    public static AttemptEnd Failure(FailureClass failure, string reason = "why") =>
        new(AttemptOutcome.Failed) { FailureClass = failure, Reason = reason };

    private static Trial Trial(string config, int number, int epochs, string packKey, long index)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config)));
        return new Trial(index < 0 ? number : index, fingerprint, config, number, packKey, epochs);
    }
}
