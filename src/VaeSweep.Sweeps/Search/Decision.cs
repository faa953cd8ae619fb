namespace VaeSweep.Sweeps.Search;

/// <summary>What becomes of a point.</summary>
/// <param name="Budget">Epochs that it may run now; null ends it.</param>
/// <param name="Reason">For people: "2nd of 27 at 9 epochs".</param>
public sealed record Decision(long Number, int? Budget, string Reason)
{
    /// <summary>What takes the place of one that is ended; null where nothing does.</summary>
    public PointCopy? Copy { get; init; }
}

/// <summary>A copy of a point that goes on with other settings.</summary>
/// <param name="Of">The number of the point that is copied.</param>
/// <param name="Epoch">Where it is copied.</param>
/// <param name="Budget">Epochs that the copy may run.</param>
public sealed record PointCopy(long Of, int Epoch, int Budget);
