namespace VaeSweep.Deploy.Tests;

/// <summary>Waiting for what other programs do and tell nobody.</summary>
internal static class Until
{
    /// <summary>Far above what anything here takes; a machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks again and again until it holds.</summary>
    /// <param name="said">What to show when it never does.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> said, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(_look);
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"It did not come within {Patience}.\n{said()}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, Func<string> said, CancellationToken cancellationToken) =>
        HoldsAsync(() => Task.FromResult(condition()), said, cancellationToken);
}
