namespace VaeSweep.Cluster.Actors;

/// <summary>Names of actor systems, and paths of actors that are found by them.</summary>
internal static class Names
{
    /// <summary>System of heads, of cluster members, of outposts and of commands: they must have one name to talk.</summary>
    public const string System = "vaesweep";

    /// <summary>System of a node's workers and its gateway; lives as long as the process, and is on no network.</summary>
    public const string Local = "local";

    public const string HeadRole = "head";
    public const string WorkerRole = "worker";

    /// <summary>The singleton's manager.</summary>
    public const string Head = "head";

    public const string Coordinator = "coordinator";

    /// <summary>The coordinator's child.</summary>
    public const string Aggregator = "aggregator";

    /// <summary>Looks after files that nobody needs any more, on a head.</summary>
    public const string Housekeeper = "housekeeper";

    /// <summary>Proposes trials of searches, on a head.</summary>
    public const string Search = "search";

    /// <summary>Where the coordinator is, on a head.</summary>
    public const string CoordinatorPath = $"/user/{Head}/{Coordinator}";

    /// <summary>Tells nodes of other machines how they are connected (<see cref="DoorActor"/>).</summary>
    public const string Door = "door";

    public const string DoorPath = $"/user/{Door}";

    /// <summary>Says who was turned away (<see cref="RejectionsActor"/>).</summary>
    public const string Rejections = "rejections";

    /// <summary>Answers commands; registered with the receptionist.</summary>
    public const string Desk = "desk";

    public const string DeskPath = $"/user/{Desk}";
}
