namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor whose handlers are declared by message type, in its constructor or in <see cref="Become"/>. The first that fits takes the message.</summary>
/// <remarks>One message at a time: while an asynchronous handler waits, nothing else of this actor runs, system messages included.</remarks>
public abstract class ReceiveActor : ActorBase
{
    private readonly Stack<List<Handler>> _behaviours = new();
    private List<Handler>? _configuring;

    protected ReceiveActor()
    {
        _configuring = [];
        _behaviours.Push(_configuring);
    }

    private sealed record Handler(Func<object, bool> Fits, Func<object, Task> Run);

    internal sealed override void Constructed() => _configuring = null;

    internal sealed override Task Invoke(object message)
    {
        foreach (var handler in _behaviours.Peek())
        {
            if (handler.Fits(message))
            {
                return handler.Run(message);
            }
        }

        Unhandled(message);
        return Task.CompletedTask;
    }

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(shouldHandle, message =>
    {
        handler(message);
        return Task.CompletedTask;
    });

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Add(shouldHandle, handler);

    protected void ReceiveAny(Action<object> handler) => Receive(handler);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAsync(handler);

    /// <summary>Replaces the handlers by those that <paramref name="configure"/> declares.</summary>
    protected void Become(Action configure)
    {
        _behaviours.Clear();
        BecomeStacked(configure);
    }

    /// <summary>Puts new handlers on top of the present ones, until <see cref="UnbecomeStacked"/>.</summary>
    protected void BecomeStacked(Action configure)
    {
        var outer = _configuring;
        _configuring = [];
        _behaviours.Push(_configuring);
        configure();
        _configuring = outer;
    }

    /// <summary>Goes back to the handlers before the last <see cref="BecomeStacked"/>; nothing happens when there are none.</summary>
    protected void UnbecomeStacked()
    {
        if (_behaviours.Count > 1)
        {
            _behaviours.Pop();
        }
    }

    private void Add<T>(Predicate<T>? shouldHandle, Func<T, Task> run)
    {
        if (_configuring is null)
        {
            throw new InvalidOperationException(
                $"{GetType().Name} declared a handler for {typeof(T).Name} outside its constructor and outside Become.");
        }

        _configuring.Add(new Handler(
            message => message is T typed && (shouldHandle is null || shouldHandle(typed)),
            message => run((T)message)));
    }
}
