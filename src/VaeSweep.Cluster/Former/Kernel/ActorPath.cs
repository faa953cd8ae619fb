using System.Buffers;

namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Where an actor stands in the tree of supervision: <c>actor://system/user/node/cuda:0</c>.</summary>
public sealed record ActorPath
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*$+:@&=,!~';");

    internal ActorPath(string systemName)
    {
        SystemName = systemName;
        Name = "";
    }

    private ActorPath(ActorPath parent, string name)
    {
        SystemName = parent.SystemName;
        Parent = parent;
        Name = name;
    }

    public string SystemName { get; }

    /// <summary>Null for the root.</summary>
    public ActorPath? Parent { get; }

    /// <summary>The last element; empty for the root.</summary>
    public string Name { get; }

    public static ActorPath operator /(ActorPath parent, string name) => new(parent, name);

    /// <summary>The path within the system: <c>/user/node/cuda:0</c>.</summary>
    public string ToStringWithoutAddress() => Parent is null ? "" : $"{Parent.ToStringWithoutAddress()}/{Name}";

    public override string ToString() => $"actor://{SystemName}{ToStringWithoutAddress()}";

    /// <exception cref="InvalidActorNameException">The name is empty, begins with $, or holds a character that paths do not allow.</exception>
    internal static void ValidateName(string name)
    {
        if (name.Length == 0 || name[0] == '$')
        {
            throw new InvalidActorNameException($"'{name}' is no name for an actor: it must not be empty nor begin with $.");
        }

        var at = name.AsSpan().IndexOfAnyExcept(NameCharacters);
        if (at >= 0)
        {
            throw new InvalidActorNameException($"'{name}' is no name for an actor: '{name[at]}' is not allowed in a path.");
        }
    }
}
