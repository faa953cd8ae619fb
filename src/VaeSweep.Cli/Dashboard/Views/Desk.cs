using VaeSweep.Store;

namespace VaeSweep.Cli.Dashboard;

/// <summary>What all answers are made with.</summary>
internal sealed class Desk(DashboardSettings settings, Follower follower)
{
    public DashboardSettings Settings => settings;

    public Follower Follower => follower;

    /// <summary>Asks the store.</summary>
    public async Task<T> ReadAsync<T>(Func<IStore, Task<T>> read, CancellationToken cancellationToken)
    {
        using var borrowed = await settings.Source.BorrowAsync(cancellationToken);
        try
        {
            return await read(borrowed.Store);
        }
        catch (StoreUnreachableException)
        {
            await settings.Source.DropAsync(borrowed.Store);
            throw;
        }
    }

    /// <summary>The sweep that an address names.</summary>
    /// <exception cref="HttpFault">There is none.</exception>
    public Task<HomeSweep> SweepAsync(Asked asked, CancellationToken cancellationToken) =>
        follower.SweepAsync(asked.Sweep, cancellationToken);

    /// <summary>The command line that prints the same, as this user has to type it.</summary>
    /// <param name="words">Options of one piece, --by=a, are written of two.</param>
    public string Command(params IEnumerable<string> words) => settings.Hints.Command(string.Join(' ', words.Select(word =>
        word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is var sign and > 0
            ? $"{word[..sign]} {Hints.Quote(word[(sign + 1)..])}" : Hints.Quote(word))));
}
