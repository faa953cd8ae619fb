using System.Threading.Channels;

namespace VaeSweep.Cluster.Former;

/// <summary>Bounds how many reports of one worker wait for the store: a report takes a credit, and storing or dropping it gives it back. With none
/// left the worker reads no more from its trainer, which so comes to a halt.</summary>
/// <param name="count">How many there are.</param>
internal sealed class Credits(int count)
{
    private readonly Channel<byte> _returned = Channel.CreateUnbounded<byte>();
    private int _neverTaken = count;

    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _neverTaken) >= 0)
        {
            return;
        }

        // No further down, or it would come round.
        Interlocked.Increment(ref _neverTaken);
        await _returned.Reader.ReadAsync(cancellationToken);
    }

    public void Return(int returned)
    {
        for (var i = 0; i < returned; i++)
        {
            _returned.Writer.TryWrite(0);
        }
    }
}
