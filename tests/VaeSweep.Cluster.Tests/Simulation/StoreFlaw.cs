namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>A rule that a simulated store breaks, so that a test sees its breach found out.</summary>
public enum StoreFlaw
{
    None,

    /// <summary>Takes writes of attempts whose trial has passed to another.</summary>
    Fencing,

    /// <summary>Gives out more trials of a sweep than may run at once.</summary>
    Cap,

    /// <summary>Gives out by age alone.</summary>
    Priority,
}
