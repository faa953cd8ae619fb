namespace VaeSweep.Training;

/// <summary>What every pack of a trainer uses.</summary>
internal sealed record TrainingServices(Device Device, TimeProvider Time, CheckpointWriter Checkpoints, string Provenance);
