using System.Threading.Channels;

namespace VaeSweep.Cluster.Actors;

/// <summary>Bounds how many reports of one worker wait for the store: a report takes a credit, and storing or dropping it gives it back. With none
/// left the worker reads no more from its trainer, which so comes to a halt.</summary>
internal sealed class Credits
{
    private readonly Channel<byte> _free = Channel.CreateUnbounded<byte>();

    public Credits(int count) => Return(count);

    public async ValueTask TakeAsync(CancellationToken cancellationToken) => await _free.Reader.ReadAsync(cancellationToken);

    public void Return(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _free.Writer.TryWrite(0);
        }
    }
}
