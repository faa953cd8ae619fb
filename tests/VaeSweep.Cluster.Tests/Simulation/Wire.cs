using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>A node's way to the store, and what is wrong with it.</summary>
internal sealed class Wire
{
    private const int MostDelay = 30;
    private const int MostRepeatDelay = 15_000;

    private readonly TimeProvider _clock;
    private readonly Random _random;

    public Wire(SimulatedStore store, TimeProvider clock, Random random, Func<bool> storeIsAway)
    {
        (Store, _clock, _random) = (store, clock, random);
        store.Before = async (_, ct) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, MostDelay) + (Slow > TimeSpan.Zero ? _random.Next(0, (int)Slow.TotalMilliseconds) : 0)), _clock, ct);
            if (CutOff || storeIsAway())
            {
                throw new StoreException("cut off");
            }
        };
        // A store that goes down now has done the work and says nothing.
        store.After = (_, _) => CutOff || storeIsAway() || (LosesAnswers && _random.Next(3) == 0) ? throw new StoreException("answer lost") : Task.CompletedTask;
        // A claim is never delivered late: its answer would be nobody's.
        store.Again = call => Repeats && _random.Next(3) == 0
            ? TimeSpan.FromMilliseconds(call == "claim" ? 0 : _random.Next(0, MostRepeatDelay))
            : null;
    }

    public SimulatedStore Store { get; }

    public bool CutOff { get; set; }

    /// <summary>Calls take up to so much longer.</summary>
    public TimeSpan Slow { get; set; }

    public bool LosesAnswers { get; set; }

    /// <summary>What was delivered comes once more, later.</summary>
    public bool Repeats { get; set; }

    public void Heal() => (CutOff, Slow, LosesAnswers, Repeats) = (false, TimeSpan.Zero, false, false);
}
