using System.Threading.Channels;

namespace VaeSweep.Chaos;

/// <summary>What is written in a folder, as it happens: the store's pages, checkpoints, folders. A moment is "the n-th
/// write".</summary>
internal sealed class Writes : IDisposable
{
    private readonly Channel<bool> _seen = Channel.CreateUnbounded<bool>();
    private readonly FileSystemWatcher _watcher;

    public Writes(string folder)
    {
        _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, InternalBufferSize = 1 << 16 };
        _watcher.Changed += Tell;
        _watcher.Created += Tell;
        _watcher.Deleted += Tell;
        _watcher.Renamed += Tell;
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>How many there were that nobody waited for.</summary>
    public int Count => _seen.Reader.Count;

    public async Task NextAsync(CancellationToken cancellationToken) =>
        await _seen.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(CommandRun.Patience, cancellationToken);

    /// <summary>Waits for the next write, and takes those that have come with it.</summary>
    public async Task SomeAsync(CancellationToken cancellationToken)
    {
        await NextAsync(cancellationToken);
        while (_seen.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Waits for the n-th write, or for the end of the run when that comes first.</summary>
    public async Task NthAsync(int n, CommandRun run, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exit = run.ExitAsync(enough.Token);
        var writes = CountAsync(n, enough.Token);
        await await Task.WhenAny(exit, writes);
        await enough.CancelAsync();
        await Task.WhenAll(exit, writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _watcher.Dispose();

    private async Task CountAsync(int n, CancellationToken cancellationToken)
    {
        for (var i = 0; i < n; i++)
            await NextAsync(cancellationToken);
    }

    private void Tell(object sender, FileSystemEventArgs e) => _seen.Writer.TryWrite(true);
}
