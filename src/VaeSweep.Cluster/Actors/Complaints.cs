namespace VaeSweep.Cluster.Actors;

/// <summary>Who has been complained of lately: each sender once a minute, and in a flood not all of them.</summary>
internal sealed class Complaints(TimeProvider time)
{
    private const int MostSenders = 256;
    private static readonly TimeSpan _apart = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, long> _toldAt = new(StringComparer.Ordinal);

    public bool MayTell(string sender)
    {
        if (_toldAt.TryGetValue(sender, out var told) && time.GetElapsedTime(told) < _apart)
            return false;
        if (_toldAt.Count >= MostSenders)
        {
            foreach (var old in _toldAt.Where(one => time.GetElapsedTime(one.Value) >= _apart).ToList())
                _toldAt.Remove(old.Key);
            if (_toldAt.Count >= MostSenders)
                return false;
        }

        _toldAt[sender] = time.GetTimestamp();
        return true;
    }
}
