namespace VaeSweep.Sweeps.Search;

/// <summary>A trial that goes on from where another stands, with other settings: its configuration is the schedule of both, so
/// that training it from nothing gives the same.</summary>
/// <param name="Instead">The trial whose place it takes.</param>
/// <param name="Of">The trial that is copied.</param>
/// <param name="Epoch">Where it is copied.</param>
/// <param name="Budget">Epochs that it may run.</param>
/// <param name="Detail">What is other, for people.</param>
public sealed record CloneMove(long Instead, long Of, Trial Child, int Epoch, int Budget, string Detail);
