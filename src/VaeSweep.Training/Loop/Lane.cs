using VaeSweep.Sweeps;
using VaeSweep.Training.Metrics;

namespace VaeSweep.Training;

/// <summary>One trial while it is in a job: what it is, how far it has come, and where its pack is to start it.</summary>
internal sealed class Lane(TrainerTrial trial, TrialConfig config, string fingerprint, string packKey, EvaluationPlan plan)
{
    private readonly IReadOnlyList<TrialPhase> _phases = TrialPhases.Of(config);

    public TrainerTrial Trial { get; } = trial;

    public TrialConfig Config { get; } = config;

    public string Fingerprint { get; } = fingerprint;

    public string PackKey { get; } = packKey;

    public EvaluationPlan Plan { get; } = plan;

    public long Key => Trial.TrialKey;

    /// <summary>The best model so far by its validation bound, where training may stop early; null before the first.</summary>
    public IReadOnlyList<HostTensor>? Best { get; set; }

    /// <summary>The phase that its next epoch belongs to; after training, its last.</summary>
    public TrialPhase Phase => _phases.FirstOrDefault(phase => phase.LastEpoch > Progress.Epochs) ?? _phases[^1];

    /// <summary>Epochs of all phases.</summary>
    public int Epochs => _phases[^1].LastEpoch;

    /// <summary>Training is over before its last epoch.</summary>
    public bool StoppedEarly => Progress.StopReason is not null && Progress.Epochs < Epochs;

    /// <summary>No epoch is left: only the measurement is.</summary>
    public bool IsTrained => StoppedEarly || Progress.Epochs >= Epochs;

    /// <summary>It has run as many epochs as it may for now.</summary>
    public bool IsAtBudget => !IsTrained && Progress.Epochs >= Trial.Budget;

    /// <summary>What a pack takes this trial's tensors from; null starts them from the seed.</summary>
    public Checkpoint? From { get; set; }

    public TrialProgress Progress { get; set; } = new();

    /// <summary>Epochs and steps that a checkpoint holds already.</summary>
    public (int Epochs, int Step) Saved { get; set; }

    /// <summary>When it was saved last, as the clock's timestamp.</summary>
    public long SavedAt { get; set; }

    public (int Epochs, int Step) Position => (Progress.Epochs, Progress.Step);

    /// <summary>Its last event was told.</summary>
    public bool Ended { get; private set; }

    /// <summary>Tells the trial's last event.</summary>
    public void End(IJobContext context, TrainerEvent last)
    {
        Ended = true;
        context.Emit(last);
    }
}
