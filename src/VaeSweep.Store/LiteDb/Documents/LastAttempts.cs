namespace VaeSweep.Store.LiteDb;

/// <summary>The last attempt of each trial as it is stored with it: whoever writes a trial again writes that as well. The Ledger
/// holds the same objects.</summary>
internal sealed class LastAttempts
{
    private readonly List<AttemptDocument?> _byTrial = [];

    /// <summary>By trial.</summary>
    public IEnumerable<AttemptDocument> All => _byTrial.OfType<AttemptDocument>();

    public AttemptDocument? Of(long trial) => trial < _byTrial.Count ? _byTrial[(int)trial] : null;

    public void Put(AttemptDocument attempt)
    {
        var place = checked((int)attempt.Trial);
        while (_byTrial.Count <= place)
            _byTrial.Add(null);
        _byTrial[place] = attempt;
    }

    public void Forget(long trial)
    {
        if (trial < _byTrial.Count)
            _byTrial[(int)trial] = null;
    }

    public void Clear() => _byTrial.Clear();
}
