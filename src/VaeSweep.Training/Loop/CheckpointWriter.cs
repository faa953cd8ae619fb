using System.Collections.Concurrent;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Writes checkpoints from a thread of its own, one after the other, and tells of each when it is durable: training does
/// not wait for disks.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    // Each waiting checkpoint is a copy of a trial's state: when the disk is far behind, training waits rather than fill the
    // memory.
    private readonly BlockingCollection<Action> _work = new(boundedCapacity: 16);
    private readonly Thread _thread;

    public CheckpointWriter()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "checkpoints" };
        _thread.Start();
    }

    /// <summary>Writes a checkpoint later. One that cannot be written is told on standard error: training goes on, and an older
    /// one stands in for it.</summary>
    public void Write(TrainerTrial trial, Checkpoint checkpoint, bool best, IJobContext context) => _work.Add(() =>
    {
        var path = Path.Combine(trial.ArtifactsFolder, checkpoint.FileName(trial.Attempt));
        try
        {
            CheckpointFile.Save(path, checkpoint);
            context.Emit(new Checkpointed(trial.TrialKey, checkpoint.Progress.Epochs, path, best));
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"trial {trial.TrialId}: checkpoint {path} was not written: {unwritten.Message}");
        }
    });

    /// <summary>Waits until everything given so far is written and told.</summary>
    public void Drain()
    {
        using var done = new ManualResetEventSlim();
        _work.Add(done.Set);
        done.Wait();
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var write in _work.GetConsumingEnumerable())
            write();
    }
}
