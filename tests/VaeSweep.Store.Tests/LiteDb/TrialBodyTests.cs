using System.Reflection;
using System.Text.Json;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class TrialBodyTests
{
    private static readonly TrialFingerprint _print = new(1, ulong.MaxValue, 3, 1UL << 63);

    private static readonly TrialDocument _full = new(41, 2, _print, 7, -3, 9, 4, 300)
    {
        State = TrialState.Failed, Wanted = false, StopRequested = true, Attempt = 3, Failures = 2, Losses = 1, AttemptEpoch = 17,
        Unbroken = 15, Beyond = [17, 20], Seconds = -0.0, LastCheckpoint = 88, BestCheckpoint = 86, CheckpointEpoch = 0,
        StartedAt = 638_000_000_000_000_001, FinishedAt = 638_000_000_000_000_777, FailureClass = FailureClass.Oom,
        Reason = "no room: 9 GB ≈ alles", ModelPath = "models/a.bin",
        Files = ["a.npy", "b.npy"], Budget = 30, Round = 2, Parent = 40, IsLonger = true,
        Tags = ["x", "ÿ"], Note = "", Source = new TrialSource("other", 7),
    };

    private static readonly AttemptDocument _attempt = new(41, 3, (0xF0000000L << 32) | 5, 6, 638_000_000_000_000_002, 12)
    {
        Token = "t", EndedAt = 638_000_000_000_000_776, ToEpoch = 17, Outcome = "failed",
        FailureClass = FailureClass.Nan, Reason = "NaN",
    };

    [Fact]
    public void Every_field_of_a_trial_and_of_its_attempt_comes_back()
    {
        RequireTold(_full, new TrialDocument(0, 0, default, 0, 0, 0, 0, 0));
        RequireTold(_attempt, new AttemptDocument(0, 0, 0, 0, 0, 0));

        var (trial, last) = Again(_full, _attempt);

        Assert.Equal(JsonSerializer.Serialize(_full), JsonSerializer.Serialize(trial));
        Assert.True(double.IsNegative(trial.Seconds));
        Assert.Equal(_attempt, last);
    }

    [Fact]
    public void A_trial_that_says_nothing_comes_back_so()
    {
        var bare = new TrialDocument(1, 1, _print, 0, 0, 1, 0, 0);

        Assert.Equal((bare, null), Again(bare, null));
        Assert.Equal(new AttemptDocument(1, 1, 1, 1, 0, 0), Again(bare, new AttemptDocument(1, 1, 1, 1, 0, 0)).Last);
    }

    [Fact]
    public void A_body_that_ends_too_early_is_refused_wherever_it_ends()
    {
        var whole = TrialBody.ToBytes(_full, _attempt);

        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            Assert.ThrowsAny<StoreException>(() => TrialBody.Of(41, TrialState.Failed, cut));
        }
    }

    private static (TrialDocument Trial, AttemptDocument? Last) Again(TrialDocument trial, AttemptDocument? last) =>
        TrialBody.Of(trial.Key, trial.State, TrialBody.ToBytes(trial, last));

    /// <summary>So that a field which is added, and stored nowhere, is noticed.</summary>
    private static void RequireTold<T>(T document, T nothing)
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var told = property.Name == "Seconds" || !Equals(property.GetValue(document), property.GetValue(nothing));
            Assert.True(told, property.Name);
        }
    }
}
