namespace VaeSweep.Store.Postgres;

/// <summary>Does together what many ask for at the same time: while one lot is on its way to the server, the next one gathers. Nobody waits for others to come.</summary>
/// <param name="work">Answers a lot, in its order. What it throws, all of the lot get.</param>
/// <param name="most">Largest lot.</param>
/// <param name="ways">Lots that may be on their way at once.</param>
internal sealed class Together<TAsk, TAnswer>(Func<IReadOnlyList<TAsk>, Task<IReadOnlyList<TAnswer>>> work, int most, int ways)
{
    private readonly Lock _lock = new();
    private readonly Queue<(TAsk Ask, TaskCompletionSource<TAnswer> Answer, CancellationToken Cancelled)> _waiting = [];
    private int _busy;

    /// <param name="cancellationToken">Takes back what is not yet on its way; of what is, it ends the wait.</param>
    public Task<TAnswer> AskAsync(TAsk ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((ask, answer, cancellationToken));
            if (_busy < ways)
            {
                _busy++;
                _ = Task.Run(GoAsync, CancellationToken.None);
            }
        }

        return answer.Task.WaitAsync(cancellationToken);
    }

    private async Task GoAsync()
    {
        while (true)
        {
            var lot = new List<(TAsk Ask, TaskCompletionSource<TAnswer> Answer)>();
            lock (_lock)
            {
                while (lot.Count < most && _waiting.TryDequeue(out var one))
                {
                    if (!one.Cancelled.IsCancellationRequested)
                        lot.Add((one.Ask, one.Answer));
                }

                if (lot.Count == 0)
                {
                    _busy--;
                    return;
                }
            }

            try
            {
                var answers = await work([.. lot.Select(one => one.Ask)]);
                for (var i = 0; i < lot.Count; i++)
                    lot[i].Answer.SetResult(answers[i]);
            }
            catch (Exception error)
            {
                // Handed to everybody who asked; each knows whether to ask again.
                foreach (var (_, answer) in lot)
                    answer.SetException(error);
            }
        }
    }
}
