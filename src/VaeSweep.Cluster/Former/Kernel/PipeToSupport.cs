namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Turns the end of a task into a message, so that an actor never waits for it.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the task's result when it comes, or <see cref="Status.Failure"/> with what it threw.</summary>
    /// <param name="success">Makes the message from the result; null sends the result itself.</param>
    /// <param name="failure">Makes the message from the exception, cancellation included.</param>
    public static async Task PipeTo<T>(
        this Task<T> task, IActorRef recipient, IActorRef? sender = null, Func<T, object>? success = null, Func<Exception, object>? failure = null)
    {
        object message;
        try
        {
            var result = await task;
            message = success is null ? result! : success(result);
        }
        catch (Exception e)
        {
            // Whatever went wrong becomes a message: the recipient decides what it means.
            message = failure is null ? new Status.Failure(e) : failure(e);
        }

        recipient.Tell(message, sender);
    }

    /// <inheritdoc cref="PipeTo{T}"/>
    public static Task PipeTo(
        this Task task, IActorRef recipient, Func<object> success, Func<Exception, object>? failure = null, IActorRef? sender = null)
    {
        return Completed(task).PipeTo(recipient, sender, _ => success(), failure);

        static async Task<bool> Completed(Task task)
        {
            await task;
            return true;
        }
    }
}
