namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>The usual ways of using an <see cref="IActorRef"/>.</summary>
public static class ActorRefExtensions
{
    /// <summary>Tells, with the actor whose handler is running (if any) as the sender.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.CurrentSelf);

    /// <summary>Passes a message on with its first sender.</summary>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Sender);

    /// <summary>Sends a question and waits for the first message that comes back.</summary>
    /// <param name="timeout">Null waits for ever: pass a token then.</param>
    /// <exception cref="AskTimeoutException">No answer in time. An actor that has ended never answers.</exception>
    /// <exception cref="InvalidCastException">The answer was of another type; the message names both.</exception>
    /// <remarks>An answer of <see cref="Status.Failure"/> throws its cause.</remarks>
    public static async Task<T> Ask<T>(
        this IActorRef receiver, object message, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var system = ((InternalActorRef)receiver).System;
        var future = new FutureActorRef(system);
        receiver.Tell(message, future);
        object answer;
        try
        {
            answer = await future.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new AskTimeoutException($"{receiver.Path} did not answer {message.GetType().Name} within {timeout}.");
        }

        return answer switch
        {
            T typed => typed,
            Status.Failure failure => throw failure.Cause,
            _ => throw new InvalidCastException(
                $"{receiver.Path} answered {message.GetType().Name} with {answer.GetType().Name}; {typeof(T).Name} was expected."),
        };
    }
}
