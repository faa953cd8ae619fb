using System.Collections.Concurrent;

namespace VaeSweep.Store;

/// <summary>Enumerates on a thread of its own, a bounded way ahead of the reader: an expansion and the disk then work at the same
/// time.</summary>
internal static class Ahead
{
    private const int ChunkSize = 256;
    private const int ChunksAhead = 16;

    /// <summary>The items in their order. An exception of the source comes when its place is reached.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> source, CancellationToken cancellationToken)
    {
        using var chunks = new BlockingCollection<T[]>(ChunksAhead);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producer = Task.Run(() => Produce(source, chunks, abandoned.Token), CancellationToken.None);
        try
        {
            foreach (var chunk in chunks.GetConsumingEnumerable(cancellationToken))
            {
                foreach (var item in chunk)
                    yield return item;
            }

            producer.GetAwaiter().GetResult();
        }
        finally
        {
            abandoned.Cancel();
            producer.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    private static void Produce<T>(IEnumerable<T> source, BlockingCollection<T[]> chunks, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var chunk in source.Chunk(ChunkSize))
                chunks.Add(chunk, cancellationToken);
        }
        finally
        {
            chunks.CompleteAdding();
        }
    }
}
