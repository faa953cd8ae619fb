namespace VaeSweep.Cli.Dashboard;

/// <summary>Numbers that grow with every change that the dashboard has heard of: of each sweep, and of everything.</summary>
internal sealed class Marks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _sweeps = [];
    private long _all;
    private long _whole;

    /// <summary>Of this start of the dashboard.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())[..16];

    public long Number
    {
        get
        {
            lock (_gate)
                return _all;
        }
    }

    /// <returns>The number at which a sweep changed last; of everything without one.</returns>
    public long Of(long? sweep)
    {
        lock (_gate)
            return sweep is { } key ? Math.Max(_whole, _sweeps.GetValueOrDefault(key)) : _all;
    }

    /// <summary>Some sweeps have changed.</summary>
    public void Change(IEnumerable<long> sweeps)
    {
        lock (_gate)
        {
            _all++;
            foreach (var sweep in sweeps)
                _sweeps[sweep] = _all;
        }
    }

    /// <summary>Everything may have changed.</summary>
    public void ChangeAll()
    {
        lock (_gate)
            _whole = ++_all;
    }
}
