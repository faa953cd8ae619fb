using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>What has come while a step is under way, to be handed over together. While the store does not answer it stays small:
/// nodes send again what nobody confirms, so that a message which is left out is only late.</summary>
internal sealed class WaitingEvents
{
    /// <summary>Far more than come during any step of a store that works.</summary>
    private const int MostMessages = 5000;

    private readonly HashSet<object> _known = [];
    private List<HeadEvent> _events = [];
    private int _messages;

    public int Count => _events.Count;

    public void Add(HeadEvent one)
    {
        if (one.What is Message message)
        {
            // The same batch again says nothing new, and batches are large.
            if (_messages >= MostMessages || (message is Batch batch && !_known.Add((batch.Session, batch.First, batch.Last))))
                return;
            _messages++;
        }
        else if (one.What is LookAtLeases or LookForDead or OwnersChanged && !_known.Add(one.What))
        {
            return;
        }

        _events.Add(one);
    }

    /// <summary>All, in their order.</summary>
    public IReadOnlyList<HeadEvent> Take()
    {
        var taken = _events;
        (_events, _messages) = ([], 0);
        _known.Clear();
        return taken;
    }
}
