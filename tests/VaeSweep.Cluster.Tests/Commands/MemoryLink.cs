using VaeSweep.Cluster.Commands;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>A command and a desk in one process. Frames may be doubled and lost on the way, as a network would.</summary>
/// <param name="random">Null: every frame arrives once.</param>
internal sealed class MemoryLink(CommandDesk desk, Random? random = null) : ICommandLink
{
    private readonly Lock _gate = new();
    private int _asked;

    public string Address => "memory:1";

    /// <summary>Questions asked so far.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public int LargestFrame { get; private set; }

    /// <summary>Looks at what a command sends, and may change it.</summary>
    public Func<byte[], byte[]> Meddle { get; set; } = frame => frame;

    /// <summary>The head is gone from now on.</summary>
    public bool IsCut { get; set; }

    public async Task<byte[]> AskAsync(byte[] frame, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        while (true)
        {
            if (IsCut)
                throw new StoreUnreachableException($"the head at {Address} does not answer.");
            Measure(frame);
            var sent = Meddle(frame);
            // The question is lost; the question is doubled; the answer is lost.
            if (Chance())
                continue;
            var doubled = Chance() ? desk.AnswerAsync(sent) : null;
            var answer = await desk.AnswerAsync(sent).WaitAsync(cancellationToken);
            if (doubled is not null)
                await doubled.WaitAsync(cancellationToken);
            if (answer is null)
                throw new StoreUnreachableException("The desk dropped a frame of a command.");
            Measure(answer);
            if (Chance())
                continue;
            return answer;
        }
    }

    public void Tell(byte[] frame)
    {
        Measure(frame);
        if (!IsCut)
            _ = desk.AnswerAsync(frame);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Chance()
    {
        lock (_gate)
            return random is not null && random.Next(8) == 0;
    }

    private void Measure(byte[] frame)
    {
        lock (_gate)
            LargestFrame = Math.Max(LargestFrame, frame.Length);
    }
}
