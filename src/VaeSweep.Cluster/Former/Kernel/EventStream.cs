namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Events of one actor system, by type: a subscriber of a type gets its subtypes' too.</summary>
public sealed class EventStream
{
    private readonly Lock _lock = new();
    private Subscription[] _subscriptions = [];

    private sealed record Subscription(Type Channel, InternalActorRef? Actor, Action<object>? Observer);

    /// <returns>False when it was subscribed already.</returns>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        lock (_lock)
        {
            if (_subscriptions.Any(s => s.Channel == channel && ReferenceEquals(s.Actor, subscriber)))
            {
                return false;
            }

            _subscriptions = [.. _subscriptions, new Subscription(channel, (InternalActorRef)subscriber, Observer: null)];
            return true;
        }
    }

    /// <summary>Calls an observer outside any actor, on the publisher's thread: it must return at once and not throw.</summary>
    public IDisposable Subscribe<T>(Action<T> observer)
    {
        var subscription = new Subscription(typeof(T), Actor: null, message => observer((T)message));
        lock (_lock)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return new Removal(this, subscription);
    }

    /// <returns>False when it was not subscribed.</returns>
    public bool Unsubscribe(IActorRef subscriber, Type? channel = null) =>
        RemoveWhere(s => ReferenceEquals(s.Actor, subscriber) && (channel is null || s.Channel == channel));

    public void Publish(object message)
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            if (!subscription.Channel.IsInstanceOfType(message))
            {
                continue;
            }

            if (subscription.Actor is not { } actor)
            {
                subscription.Observer!(message);
            }
            else if (actor.IsTerminated)
            {
                // Told, it would answer with a dead letter, which is an event again.
                Unsubscribe(actor);
            }
            else
            {
                actor.Tell(message, sender: null);
            }
        }
    }

    private bool RemoveWhere(Func<Subscription, bool> gone)
    {
        lock (_lock)
        {
            var kept = _subscriptions.Where(s => !gone(s)).ToArray();
            var removed = kept.Length < _subscriptions.Length;
            _subscriptions = kept;
            return removed;
        }
    }

    private sealed class Removal(EventStream stream, Subscription subscription) : IDisposable
    {
        public void Dispose() => stream.RemoveWhere(s => ReferenceEquals(s, subscription));
    }
}
