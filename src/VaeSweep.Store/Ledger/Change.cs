using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>One thing that an event changed. Put stores a document in place of the one of the same key; every change done twice
/// is as done once. The changes of one event, in their order, are to be stored all or none.</summary>
public abstract record Change;

public sealed record MetaPut(MetaDocument Document) : Change;

/// <param name="Value">Null takes it away.</param>
public sealed record SettingPut(string Name, string? Value) : Change;

public sealed record SweepPut(SweepDocument Document) : Change;

/// <summary>Its trials have been deleted before it.</summary>
public sealed record SweepDeleted(long Key) : Change;

public sealed record PackPut(PackDocument Document) : Change;

public sealed record PointPut(PointDocument Document) : Change;

public sealed record WorkerPut(WorkerDocument Document) : Change;

public sealed record TrialPut(TrialDocument Document) : Change;

/// <summary>A trial goes with its attempts, reports, events and evaluations; its checkpoints are put or deleted by
/// themselves.</summary>
public sealed record TrialDeleted(long Key) : Change;

public sealed record AttemptPut(AttemptDocument Document) : Change;

public sealed record CheckpointPut(CheckpointDocument Document) : Change;

public sealed record CheckpointDeleted(long Key) : Change;

public sealed record NodePut(NodeDocument Document) : Change;

/// <summary>Epochs that were not stored before, in any order; what happened in them comes as <see cref="EventPut"/>.</summary>
/// <param name="Attempt">Ordinal of the attempt that reported them.</param>
public sealed record ReportsAppended(long Trial, int Attempt, IReadOnlyList<EpochReport> Reports) : Change;

public sealed record EventPut(EventDocument Document) : Change;

public sealed record EvaluationPut(EvaluationDocument Document) : Change;
