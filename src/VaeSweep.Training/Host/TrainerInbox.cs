using System.Collections.Concurrent;

namespace VaeSweep.Training;

/// <summary>What the node asked for: jobs in order, and stop requests at once.</summary>
internal sealed class TrainerInbox
{
    private readonly BlockingCollection<ToTrainer> _jobs = [];
    private readonly ConcurrentDictionary<long, long> _stopUpTo = new();

    /// <summary>Jobs as they come; waits for the next.</summary>
    public IEnumerable<ToTrainer> Jobs => _jobs.GetConsumingEnumerable();

    /// <summary>Reads until the node closes the stream, then ends the process: without a node there is nobody to train
    /// for.</summary>
    public void ReadFrom(Stream input)
    {
        try
        {
            while (Frame.Read(input) is { } payload)
            {
                var message = MessageJson.ReadToTrainer(payload);
                if (message.Run is not null)
                    _jobs.Add(message);

                foreach (var key in message.Stop ?? [])
                    _stopUpTo[key] = message.Job;
            }

            Libc.ExitNow(0);
        }
        catch (IOException broken)
        {
            Console.Error.WriteLine(broken.Message);
            Libc.ExitNow(1);
        }
    }

    public bool StopRequested(long job, long trialKey) => !_stopUpTo.IsEmpty && _stopUpTo.TryGetValue(trialKey, out var upTo)
        && job <= upTo;

    /// <summary>Drops stop requests that no later job can be meant by.</summary>
    public void Forget(long doneJob)
    {
        foreach (var (key, upTo) in _stopUpTo)
        {
            if (upTo <= doneJob)
                _stopUpTo.TryRemove(new(key, upTo));
        }
    }
}
