using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>What an engine sees of the outside while it runs a job.</summary>
public interface IJobContext
{
    /// <summary>Sends an event. Returns at once, unless very many are waiting to be taken.</summary>
    void Emit(TrainerEvent happened);

    /// <summary>Whether this trial was asked to stop. Cheap enough for every step.</summary>
    bool StopRequested(long trialKey);
}
