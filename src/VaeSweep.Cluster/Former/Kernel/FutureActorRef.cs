namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Takes the one answer of an Ask; later ones are dead letters.</summary>
internal sealed class FutureActorRef(ActorSystem system) : InternalActorRef(system, system.NextTempPath())
{
    private readonly TaskCompletionSource<object> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool IsTerminated => _answer.Task.IsCompleted;

    public override void Tell(object message, IActorRef? sender)
    {
        if (!_answer.TrySetResult(message))
        {
            System.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);
        }
    }

    public override void SendSystem(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
        {
            watch.Watcher.SendSystem(new SystemMessage.Died(this));
        }
    }

    /// <exception cref="TimeoutException">No answer within <paramref name="timeout"/>.</exception>
    public async Task<object> WaitAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => _answer.TrySetCanceled(cancellationToken));
        using var timer = timeout is { } limit
            ? System.TimeProvider.CreateTimer(_ => _answer.TrySetException(new TimeoutException()), state: null, limit, Timeout.InfiniteTimeSpan)
            : null;
        return await _answer.Task;
    }
}
