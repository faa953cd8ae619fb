namespace VaeSweep.Sweeps;

/// <summary>What carries out a name of the sweep file, in the project that can: how a prior is built, a data set read, a metric
/// computed. It stands in a static property of a class that <see cref="KindsInAttribute"/> names.</summary>
public interface IKind
{
    /// <summary>As in the list that has its line.</summary>
    string Name { get; }
}
