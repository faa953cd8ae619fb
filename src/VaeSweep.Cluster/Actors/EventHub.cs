using System.Threading.Channels;

namespace VaeSweep.Cluster.Actors;

/// <summary>Passes a node's events to whoever wants to know. Any thread may use it.</summary>
/// <param name="observer">Called for each, on the thread that it happens on.</param>
internal sealed class EventHub(Action<NodeEvent>? observer)
{
    private readonly Lock _lock = new();
    private readonly List<ChannelWriter<NodeEvent>> _readers = [];
    private bool _isComplete;

    public void Publish(NodeEvent what)
    {
        observer?.Invoke(what);
        lock (_lock)
            _readers.ForEach(reader => reader.TryWrite(what));
    }

    /// <summary>Events from now on, in order, until there are no more.</summary>
    public ChannelReader<NodeEvent> Subscribe()
    {
        var events = Channel.CreateUnbounded<NodeEvent>();
        lock (_lock)
        {
            _readers.Add(events.Writer);
            if (_isComplete)
                events.Writer.Complete();
        }

        return events.Reader;
    }

    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _readers.ForEach(reader => reader.TryComplete());
        }
    }
}
