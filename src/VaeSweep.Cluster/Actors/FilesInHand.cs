using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>What an attempt has told that waits for its files to be at the head: one thing at a time, in their order. Of
/// checkpoints no more than the newest and the best wait, however long the head is away.</summary>
internal sealed class FilesInHand
{
    private readonly List<EpochCheckpoint> _waiting = [];
    private readonly HashSet<string> _here = new(StringComparer.Ordinal);
    private EpochCheckpoint? _underWay;
    private string? _newest;

    /// <summary>Something is being sent.</summary>
    public bool IsSending { get; private set; }

    /// <summary>What is being sent are the files of the end.</summary>
    public bool IsEnd => IsSending && _underWay is null;

    /// <summary>The attempt has ended; how, and what is to be made of that once its files are at the head.</summary>
    public (AttemptEnd? End, Func<AttemptEnd?, EndEntry?> Told)? Ending { get; set; }

    /// <summary>Nothing is sent, and nothing waits to be.</summary>
    public bool IsEmpty => !IsSending && _waiting.Count == 0;

    public void Add(EpochCheckpoint checkpoint)
    {
        _waiting.RemoveAll(one => !one.Best || checkpoint.Best);
        _waiting.Add(checkpoint);
        _here.Add(_newest = checkpoint.Path);
    }

    /// <summary>Begins to send.</summary>
    /// <returns>The next checkpoint; null when it is the end's turn.</returns>
    public EpochCheckpoint? Begin()
    {
        IsSending = true;
        if (_waiting.Count == 0)
            return null;
        _underWay = _waiting[0];
        _waiting.RemoveAt(0);
        return _underWay;
    }

    public void Done() => (IsSending, _underWay) = (false, null);

    /// <summary>Checkpoints on this machine that nobody needs any more: the head has them, or newer ones.</summary>
    public IReadOnlyList<string> TakeObsolete()
    {
        var obsolete = _here
            .Where(path => path != _newest && path != _underWay?.Path && _waiting.TrueForAll(one => one.Path != path)).ToList();
        _here.ExceptWith(obsolete);
        return obsolete;
    }
}
