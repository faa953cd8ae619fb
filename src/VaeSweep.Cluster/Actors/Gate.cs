namespace VaeSweep.Cluster.Actors;

/// <summary>Lets those pass who come while it is open; the others wait for that. Any thread may use it.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool _isShut;
    private bool _staysOpen;

    public void Shut()
    {
        lock (_lock)
            _isShut = !_staysOpen;
    }

    public void Open() => Open(forGood: false);

    /// <summary>Opens, whatever is asked later.</summary>
    public void StayOpen() => Open(forGood: true);

    public async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        while (Wait() is { } wait)
        {
            using var cancelled = cancellationToken.UnsafeRegister(
                static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), wait);
            await wait.Task;
        }
    }

    private void Open(bool forGood)
    {
        TaskCompletionSource[] waiting;
        lock (_lock)
        {
            (_isShut, _staysOpen) = (false, _staysOpen || forGood);
            if (_waiting.Count == 0)
                return;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var one in waiting)
            one.TrySetResult();
    }

    /// <returns>Null when nobody has to wait.</returns>
    private TaskCompletionSource? Wait()
    {
        lock (_lock)
        {
            if (!_isShut)
                return null;
            // Whoever opens it does not go on with what waits here.
            var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(wait);
            return wait;
        }
    }
}
