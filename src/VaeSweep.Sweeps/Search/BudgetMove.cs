namespace VaeSweep.Sweeps.Search;

/// <summary>What a scheduler has decided about a trial.</summary>
/// <param name="Budget">Epochs that it may run now; null ends it.</param>
/// <param name="Detail">Why, for people.</param>
public readonly record struct BudgetMove(long Trial, int? Budget, string Detail);
