namespace VaeSweep.Sweeps.Search;

/// <summary>What becomes of a point.</summary>
/// <param name="Budget">Epochs that it may run now; null ends it.</param>
/// <param name="Reason">For people: "2nd of 27 at 9 epochs".</param>
public sealed record Decision(long Number, int? Budget, string Reason);
