using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>What runs jobs inside a trainer process: the real one on libtorch, or a scripted one in tests of processes.</summary>
public interface ITrainingEngine : IDisposable
{
    /// <summary>One line of JSON: what the numbers depend on besides the configuration.</summary>
    string Provenance { get; }

    /// <summary>Runs a job to its end on the calling thread. An exception fails those of its trials that have not
    /// ended.</summary>
    void Run(TrainerJob job, IJobContext context);
}
