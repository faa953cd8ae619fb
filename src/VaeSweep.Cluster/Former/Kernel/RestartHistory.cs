namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>How often one child was restarted lately.</summary>
internal sealed class RestartHistory
{
    private int _restarts;
    private long _windowStart;

    public bool AllowsOneMore(int? limit, TimeSpan? window, TimeProvider time)
    {
        if (limit is null)
        {
            return true;
        }

        if (_restarts == 0 || (window is not null && time.GetElapsedTime(_windowStart) > window))
        {
            _restarts = 0;
            _windowStart = time.GetTimestamp();
        }

        return ++_restarts <= limit;
    }
}
