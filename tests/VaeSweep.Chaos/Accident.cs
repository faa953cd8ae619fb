namespace VaeSweep.Chaos;

/// <summary>What happens to a run, and when.</summary>
/// <param name="Write">At the n-th write of anything.</param>
/// <param name="Spins">And so much later.</param>
internal sealed record Accident(Victim Victim, int Write, int Spins)
{
    private const int MostSpins = 300_000;

    public static Accident Draw(Random random, int writes) =>
        new((Victim)random.Next(Enum.GetValues<Victim>().Length), random.Next(1, writes + 1), random.Next(MostSpins));

    /// <summary>Strikes a run, waits for its end, and sees that nobody is left of it.</summary>
    /// <returns>Whether the run came to its own end.</returns>
    public async Task<bool> StrikeAsync(Desk desk, Func<CommandRun> start, CancellationToken cancellationToken)
    {
        using var writes = new Writes(desk.Folder);
        using var run = start();
        await writes.NthAsync(Write, run, cancellationToken);
        Thread.SpinWait(Spins);
        Strike(run);
        var code = await run.ExitAsync(cancellationToken);

        run.AssertNoneLeft();
        Assert.True(code is 0 or 128 + Posix.Kill, $"{this}: exit code {code}. It said:\n{run.Errors}");
        return code == 0;
    }

    private void Strike(CommandRun run)
    {
        switch (Victim)
        {
            case Victim.Everyone:
                run.SignalGroup(Posix.Kill);
                break;
            case Victim.Parent:
                run.SignalParent(Posix.Kill);
                break;
            case Victim.Trainer when run.Trainers() is [var first, ..]:
                Posix.Signal(first, Posix.Kill);
                break;
            default:
                break;
        }
    }
}
