namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>How an actor is made, again at each restart.</summary>
public sealed class Props
{
    private readonly Func<ActorBase> _factory;

    private Props(Type type, Func<ActorBase> factory, SupervisorStrategy? strategy)
    {
        Type = type;
        _factory = factory;
        SupervisorStrategy = strategy;
    }

    public Type Type { get; }

    /// <summary>Overrides the actor's own strategy for its children; null leaves it.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; }

    /// <param name="factory">Must make a new instance each time: a restarted actor has none of its old state.</param>
    public static Props Create<TActor>(Func<TActor> factory)
        where TActor : ActorBase => new(typeof(TActor), factory, strategy: null);

    public Props WithSupervisorStrategy(SupervisorStrategy strategy) => new(Type, _factory, strategy);

    internal ActorBase NewActor() => _factory();
}
