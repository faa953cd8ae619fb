namespace VaeSweep.Cli.Dashboard;

/// <summary>What somebody may do.</summary>
internal enum Role
{
    /// <summary>Look.</summary>
    Visitor,

    /// <summary>Look and steer.</summary>
    Owner,
}
